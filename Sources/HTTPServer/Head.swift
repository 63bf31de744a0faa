import CMicroHTTPD
import Glibc

/// The names and values of a request's header, each with a zero after it.
func headerBytes(_ connection: OpaquePointer) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    unsafe withUnsafeMutablePointer(to: &bytes) { pointer in
        unsafe _ = MHD_get_connection_values(
            connection, .HEADER_KIND,
            { pointer, _, name, value in
                guard let pointer = unsafe pointer, let name = unsafe name else { return .YES }
                let bytes = unsafe pointer.assumingMemoryBound(to: [UInt8].self)
                unsafe bytes.pointee.append(contentsOf: UnsafeRawBufferPointer(start: name, count: strlen(name) + 1))
                if let value = unsafe value {
                    unsafe bytes.pointee.append(
                        contentsOf: UnsafeRawBufferPointer(start: value, count: strlen(value) + 1))
                } else {
                    unsafe bytes.pointee.append(0)
                }
                return .YES
            }, pointer)
    }
    return bytes
}

/// The length that a request says its body has; 0 if there is no body, nil if it comes in chunks, and huge if no number holds it.
///
/// libmicrohttpd refuses what is no number at all.
func declaredLength(_ connection: OpaquePointer) -> Int? {
    if unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, "Transfer-Encoding") != nil { return nil }
    guard let text = unsafe MHD_lookup_connection_value(connection, .HEADER_KIND, "Content-Length") else { return 0 }
    return unsafe Int(String(cString: text)) ?? .max
}
