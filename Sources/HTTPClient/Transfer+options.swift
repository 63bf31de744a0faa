import CCurl

/// Where Debian and its kin keep the certificates of the system's authorities.
private let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

extension Transfer {
    /// Sets what stays the same from request to request.
    func setOptions(_ configuration: HTTPConfiguration, _ caches: SharedCaches) {
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_SHARE, caches.handle)
        // No signal handlers for time-outs of the resolver; and they would cost two system calls per event.
        set(CURLOPT_NOSIGNAL, 1)
        // Or else the lane would wait for a name that is being looked up when its request ends.
        set(CURLOPT_QUICK_EXIT, 1)
        // A server must not send us elsewhere, nor the environment through somebody's proxy.
        set(CURLOPT_FOLLOWLOCATION, 0)
        setText(CURLOPT_PROXY, "")
        setText(CURLOPT_PROTOCOLS_STR, "http,https")
        setText(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(configuration.connectTimeout))
        set(CURLOPT_MAXAGE_CONN, seconds(configuration.idleLimit))
        set(CURLOPT_MAXLIFETIME_CONN, seconds(configuration.lifetimeLimit))
        // Thousands of transfers have these buffers at the same time, and answers are short.
        // HTTP/2 wants more, and has fewer connections.
        set(CURLOPT_BUFFERSIZE, configuration.allowsHTTP2 ? 8 << 10 : 2 << 10)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
        trust(configuration.trust)
    }

    private func trust(_ trust: HTTPConfiguration.Trust) {
        // TLS before 1.2 is broken.
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // A directory besides the file would keep libcurl from reading the authorities once per handle instead of
        // once per connection, which takes longer than all the rest.
        setText(CURLOPT_CAPATH, nil)
        switch trust {
        case .system: setText(CURLOPT_CAINFO, systemAuthorities)
        case .authorities(let file): setText(CURLOPT_CAINFO, file)
        case .anyone:
            setText(CURLOPT_CAINFO, nil)
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    private func setText(_ option: CURLoption, _ value: String?) {
        guard let value else {
            unsafe _ = ccurl_set_text(easy, option, nil)
            return
        }
        unsafe _ = ccurl_set_text(easy, option, value)
    }

    private func seconds(_ duration: Duration) -> Int { max(1, Int(min(duration.components.seconds, 1_000_000))) }
}
