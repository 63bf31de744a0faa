import CCurl

/// What libcurl calls while a request is under way. Everything happens on the lane, within a call into libcurl.
extension Transfer {
    func setCallbacks() {
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_PRIVATE, this)
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_WRITEDATA, this)
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_HEADERDATA, this)
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_READDATA, this)
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_SEEKDATA, this)
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_PREREQDATA, this)
        unsafe _ = ccurl_on_header(easy) { bytes, size, count, this in
            guard let this = unsafe this, let bytes = unsafe bytes else { return 0 }
            return unsafe Transfer.at(this).takeHead(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        unsafe _ = ccurl_on_write(easy) { bytes, size, count, this in
            guard let this = unsafe this, let bytes = unsafe bytes else { return 0 }
            return unsafe Transfer.at(this).takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        unsafe _ = ccurl_on_read(easy) { room, size, count, this in
            guard let this = unsafe this, let room = unsafe room else { return 0 }
            return unsafe Transfer.at(this).upload.read(
                into: UnsafeMutableRawBufferPointer(start: room, count: size * count))
        }
        unsafe _ = ccurl_on_seek(easy) { this, offset, origin in
            // libcurl goes back to the start, for a request that it sends again, and nowhere else.
            guard let this = unsafe this, offset == 0, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
            unsafe Transfer.at(this).upload.rewind()
            return CURL_SEEKFUNC_OK
        }
        unsafe _ = ccurl_on_request(easy) { this, _, _, _, _ in
            guard let this = unsafe this else { return CURL_PREREQFUNC_ABORT }
            return unsafe Transfer.at(this).mayLeave() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }

    /// The transfer that libcurl means.
    static func at(_ pointer: UnsafeMutableRawPointer) -> Transfer {
        unsafe Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Takes a header line; any other count than that of the bytes ends the request.
    private func takeHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        headBytes += bytes.count
        guard headBytes <= headLimit else {
            stopped = .headTooLarge
            return 0
        }
        // An answer before the answer, as 100 is, ends with an empty line too; trailers have no first line.
        if unsafe bytes.starts(with: "HTTP/".utf8) {
            head.removeAll(keepingCapacity: true)
            isHeadComplete = false
        } else if unsafe bytes.first == UInt8(ascii: "\r") || bytes.first == UInt8(ascii: "\n") {
            isHeadComplete = true
        }
        unsafe head.append(contentsOf: bytes)
        return bytes.count
    }

    /// Takes a part of the body; as above.
    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count <= bodyLimit - body.count else {
            stopped = .bodyTooLarge
            return 0
        }
        unsafe body.append(contentsOf: bytes)
        return bytes.count
    }

    // MARK: What has left

    /// Decides whether libcurl may make another attempt at the request; it asks before it connects, and before it sends.
    ///
    /// When a connection that was used before ends before a byte of the answer has come, libcurl takes the request to
    /// another one, up to five times, be it a POST that the server has read and carried out. No option keeps it from
    /// that. So here it may only if the request is one that may be repeated, or nothing of it has left.
    func mayGoOn() -> Bool {
        if !hasLeft || request?.isRepeatable == true { return true }
        stopped = .repetition
        return false
    }

    /// As above, once there is a connection to send on.
    private func mayLeave() -> Bool {
        guard mayGoOn() else { return false }
        if sentBefore == nil { sentBefore = sentBytes }
        return true
    }

    /// Whether a byte of the request may have left.
    ///
    /// What TLS and HTTP/2 have taken and not passed on counts as well, so in doubt it is true.
    var hasLeft: Bool {
        guard let sentBefore else { return false }
        return sentBytes != sentBefore
    }

    /// libcurl's count of bytes written for requests; it goes on over all attempts of one transfer.
    private var sentBytes: Int { number(CURLINFO_REQUEST_SIZE) }

    /// A number that libcurl knows about the transfer.
    func number(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe _ = ccurl_get_number(easy, info, &value)
        return value
    }
}
