import CRabbitMQ
import Glibc

/// Connecting and logging in: the one part of librabbitmq's work that waits, to be run on a thread of its own.
extension Handle {
    /// The first version whose TLS knows IP addresses in certificates.
    private static let firstVersionToVerifyAddresses: UInt32 = 0x000e_0000

    /// Connects to a broker and logs in.
    ///
    /// Takes about as long as the configuration allows at most, name lookup aside.
    ///
    /// - Parameter patience: How long any later call into the library may take.
    static func open(
        _ endpoint: Endpoint, _ configuration: ConnectionConfiguration, patience: Duration = Watchdog.limit
    ) throws(AMQPError) -> Handle {
        guard let state = unsafe amqp_new_connection() else {
            throw .unreachable(endpoint: "\(endpoint)", reason: "out of memory")
        }
        do throws(AMQPError) {
            unsafe try connect(state, to: endpoint, configuration)
            return unsafe try login(state, to: endpoint, configuration, patience)
        } catch {
            // Closes the socket, and says nothing to a peer that may have sent nonsense.
            unsafe _ = amqp_destroy_connection(state)
            throw error
        }
    }

    private static func connect(
        _ state: amqp_connection_state_t, to endpoint: Endpoint, _ configuration: ConnectionConfiguration
    ) throws(AMQPError) {
        let socket =
            endpoint.usesTLS
            ? unsafe try secureSocket(state, to: endpoint, configuration.tls) : unsafe amqp_tcp_socket_new(state)
        guard let socket = unsafe socket else {
            throw .unreachable(endpoint: "\(endpoint)", reason: "out of memory")
        }
        var timeout = timeval(configuration.connectTimeout)
        let status = unsafe amqp_socket_open_noblock(socket, endpoint.host, Int32(clamping: endpoint.port), &timeout)
        guard status == AMQP_STATUS_OK.rawValue else {
            let reason = AMQPError.text(of: status)
            switch amqp_status_enum(rawValue: status) {
            case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED, AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
                throw .insecure(endpoint: "\(endpoint)", reason: reason)
            default:
                throw .unreachable(endpoint: "\(endpoint)", reason: reason)
            }
        }
        unsafe _ = amqp_set_handshake_timeout(state, &timeout)
    }

    private static func secureSocket(
        _ state: amqp_connection_state_t, to endpoint: Endpoint, _ options: TLSOptions
    ) throws(AMQPError) -> OpaquePointer? {
        func fail(_ reason: String) -> AMQPError { .insecure(endpoint: "\(endpoint)", reason: reason) }
        guard let socket = unsafe amqp_ssl_socket_new(state) else { return nil }
        let verifies = options.verification == .full
        if verifies {
            if isAddress(endpoint.host), amqp_version_number() < firstVersionToVerifyAddresses {
                throw fail("this librabbitmq cannot check a certificate for an IP address; use the host's name")
            }
            guard unsafe amqp_ssl_socket_set_cacert(socket, options.certificateAuthorities) == AMQP_STATUS_OK.rawValue
            else { throw fail("cannot read the certificate authorities in \(options.certificateAuthorities)") }
        }
        unsafe amqp_ssl_socket_set_verify_peer(socket, verifies ? 1 : 0)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, verifies ? 1 : 0)
        if let certificate = options.certificate {
            let key = options.key ?? certificate
            guard unsafe amqp_ssl_socket_set_key(socket, certificate, key) == AMQP_STATUS_OK.rawValue else {
                throw fail("cannot use the certificate \(certificate) with the key \(key)")
            }
        }
        guard
            unsafe amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST) == AMQP_STATUS_OK.rawValue
        else { throw fail("this librabbitmq cannot ask for TLS 1.2 or later") }
        return unsafe socket
    }

    /// Whether a host is written as an address, of either family.
    private static func isAddress(_ host: String) -> Bool {
        var four = in_addr()
        var six = in6_addr()
        return unsafe inet_pton(AF_INET, host, &four) == 1 || inet_pton(AF_INET6, host, &six) == 1
    }

    private static func login(
        _ state: amqp_connection_state_t, to endpoint: Endpoint, _ configuration: ConnectionConfiguration,
        _ patience: Duration
    ) throws(AMQPError) -> Handle {
        let arena = Arena()
        var properties = unsafe arena.table(clientProperties(name: configuration.name))
        let reply = unsafe crabbitmq_login(
            state, endpoint.virtualHost, 0, Int32(frameLimit), heartbeatSeconds(configuration.heartbeat),
            &properties, endpoint.credentials.user, endpoint.credentials.password)
        switch unsafe reply.reply_type {
        case AMQP_RESPONSE_NORMAL:
            return unsafe Handle(
                loggedIn: state, server: ServerInfo(state), bodyLimit: configuration.bodyLimit, patience: patience)
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            if unsafe reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD, let decoded = unsafe reply.reply.decoded {
                let close = unsafe decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
                throw unsafe .denied(
                    endpoint: "\(endpoint)", AMQPError.Closure(code: close.reply_code, text: close.reply_text))
            }
            throw .unreachable(endpoint: "\(endpoint)", reason: "it closed the connection during the login")
        default:
            let status = unsafe reply.library_error
            if status == AMQP_STATUS_SSL_ERROR.rawValue {
                // With TLS 1.3 a broker judges our certificate only after our part of the handshake is over.
                throw .insecure(
                    endpoint: "\(endpoint)",
                    reason: "during the login: \(AMQPError.text(of: status)); the broker may not accept our certificate"
                )
            }
            throw .unreachable(
                endpoint: "\(endpoint)",
                reason: status == AMQP_STATUS_OK.rawValue
                    ? "it closed the connection during the login" : "during the login: \(AMQPError.text(of: status))")
        }
    }

    /// Whole seconds, as AMQP counts; a fraction is no reason to turn the heartbeat off.
    private static func heartbeatSeconds(_ heartbeat: Duration) -> Int32 {
        heartbeat <= .zero ? 0 : Int32(clamping: max(1, min(heartbeat.components.seconds, 600)))
    }

    /// What this side tells of itself.
    ///
    /// Without the capabilities a broker keeps quiet about a deleted queue, a wrong password and an alarm.
    private static func clientProperties(name: String?) -> Table {
        var properties: Table = [
            "product": "wxpush AMQP",
            "platform": "Swift, librabbitmq \(unsafe String(cString: amqp_version()))",
            "capabilities": [
                "authentication_failure_close": true, "basic.nack": true, "connection.blocked": true,
                "consumer_cancel_notify": true, "exchange_exchange_bindings": true, "publisher_confirms": true,
            ],
        ]
        if let name { properties["connection_name"] = .string(name) }
        return properties
    }
}

extension ServerInfo {
    fileprivate init(_ state: amqp_connection_state_t) {
        let heartbeat = unsafe Int64(amqp_get_heartbeat(state))
        let properties = unsafe amqp_get_server_properties(state).flatMap { unsafe try? Table($0.pointee) } ?? Table()
        unsafe self.init(
            product: properties["product"]?.text ?? "unknown", version: properties["version"]?.text ?? "unknown",
            heartbeat: heartbeat > 0 ? .seconds(heartbeat) : nil, frameLimit: Int(amqp_get_frame_max(state)))
    }
}

extension timeval {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
