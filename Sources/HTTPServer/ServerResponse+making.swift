import CMicroHTTPD

extension ServerResponse {
    /// The answer to a body beyond the limit.
    static let tooLarge = text(status: 413, "the body is too large\n")

    /// The answer to a body that there is no room for, as others are coming in.
    static let full: ServerResponse = {
        var response = text(status: 503, "too many bodies are coming in; try again\n")
        response.fields.append(ServerField("Connection", "close"))
        return response
    }()

    /// The answer as libmicrohttpd takes it, to be destroyed by the caller; nil for want of memory.
    func make(_ stream: ServerStream?) -> OpaquePointer? {
        let made: OpaquePointer?
        switch body {
        case .bytes(let bytes):
            unsafe made = unsafe bytes.withUnsafeBytes { bytes in
                unsafe MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .stream: unsafe made = unsafe stream?.makeResponse()
        }
        guard let made = unsafe made else { return nil }
        // It refuses what is not a single line.
        for field in fields { unsafe _ = MHD_add_response_header(made, field.name, field.value) }
        return unsafe made
    }
}
