import Glibc

/// Writes all bytes, in as many calls as it takes; blocks meanwhile, also on a descriptor that somebody has made non-blocking.
func writeFully(_ bytes: [UInt8], to descriptor: Int32) -> OutputError? {
    var start = 0
    while start < bytes.count {
        let count = unsafe bytes[start...].withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 {
            start += count
        } else if errno == EAGAIN {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = unsafe poll(&wait, 1, -1)
        } else if errno == EPIPE {
            return .readerIsGone
        } else if errno != EINTR {
            return .failed(code: errno)
        }
    }
    return nil
}

/// Writes a short text if that is possible at once; else leaves it.
func writeAtOnce(_ text: String, to descriptor: Int32) {
    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&room, 1, 0) == 1, room.revents & Int16(POLLOUT) != 0 else { return }
    var text = text
    text.withUTF8 { bytes in _ = unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
}
