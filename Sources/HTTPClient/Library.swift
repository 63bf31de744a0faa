import CCurl

/// libcurl as a whole: started once, and what all handles of a client share.
@safe final class SharedCaches {
    private static let isStarted: Bool = curl_global_init(Int(ccurl_global_all)) == CURLE_OK

    /// libcurl's share handle: names that were found, and TLS sessions to resume.
    ///
    /// Without locks, as everything that uses it lives on one lane.
    let handle: UnsafeMutableRawPointer

    init() {
        guard Self.isStarted, let handle = unsafe curl_share_init() else {
            preconditionFailure("libcurl does not start")
        }
        unsafe self.handle = unsafe handle
        unsafe _ = ccurl_share(handle, CURL_LOCK_DATA_DNS)
        unsafe _ = ccurl_share(handle, CURL_LOCK_DATA_SSL_SESSION)
    }

    deinit { unsafe _ = curl_share_cleanup(handle) }
}

/// What the libcurl of this machine can do.
enum Library {
    /// The first version whose HTTP/2 brings every answer home: 8.1.
    private static let soundHTTP2: UInt32 = 0x08_01_00

    /// Whether many requests may share a connection over HTTP/2.
    ///
    /// In libcurl 7.88 one of some hundred answers that come at the same time stops in the middle, and so ends as unknown what was done.
    static let hasSoundHTTP2 = ccurl_version() >= soundHTTP2
}
