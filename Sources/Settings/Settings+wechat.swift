import YAML

extension Settings {
    /// The WeChat API, and how patient to be with it.
    package struct WeChat: Sendable {
        /// What becomes of a push whose outcome is not known.
        package enum OnUnknown: String, CaseIterable, Sendable {
            /// It ends as `unknown` and is not sent again.
            case report
            /// It is sent again, and may arrive twice.
            case resend
        }

        /// WeChat's own address.
        package static let official = "https://api.weixin.qq.com"

        /// The base address of the API, without a slash at its end.
        package var endpoint = Self.official
        /// Base addresses to go to when ``endpoint`` cannot be reached.
        ///
        /// WeChat's second address by default, but none for another endpoint: what is meant for a sandbox or a private
        /// gateway must not go to WeChat.
        package var fallbackEndpoints = ["https://api2.weixin.qq.com"]
        /// The limit for a call as a whole.
        package var timeout = Duration.seconds(5)
        /// The limit for connecting; never longer than ``timeout``.
        package var connectTimeout = Duration.seconds(3)
        /// What becomes of a push whose outcome is not known.
        package var onUnknown = OnUnknown.report
        /// The file with the authorities of a private gateway, in PEM form; the system's if nil.
        package var ca: String?

        /// WeChat itself.
        package init() {}
    }
}

extension Settings.WeChat {
    /// Takes over what the section says.
    mutating func read(_ fields: Fields, folder: Folder) {
        endpoint = fields.value("endpoint", WebAddress.base) ?? endpoint
        if endpoint != Self.official { fallbackEndpoints = [] }
        if let items = fields.items("fallback_endpoints") {
            fallbackEndpoints = items.compactMap {
                fields.faults.value(of: $0.node, key: $0.path, WebAddress.base)
            }
        }
        timeout = fields.duration("timeout", in: .milliseconds(10) ... .seconds(300)) ?? timeout
        let connectLimit = fields.duration("connect_timeout", in: .milliseconds(10) ... .seconds(300))
        if let connectLimit, connectLimit > timeout {
            fields.add(
                "connect_timeout",
                "\(connectLimit.shortText) is longer than wechat.timeout (\(timeout.shortText)), of which it is a part")
        }
        connectTimeout = min(connectLimit ?? connectTimeout, timeout)
        onUnknown = fields.choice("on_unknown", of: OnUnknown.self) ?? onUnknown
        ca = fields.readableFile("ca", in: folder)
        fields.refuseOthers()
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        [
            ("endpoint", .plain(endpoint)),
            ("fallback_endpoints", .plain("[\(fallbackEndpoints.joined(separator: ", "))]")),
            ("timeout", .plain(timeout.shortText)),
            ("connect_timeout", .plain(connectTimeout.shortText)),
            ("on_unknown", .plain(onUnknown.rawValue)),
            ("ca", .plain(ca ?? "the system's")),
        ]
    }
}
