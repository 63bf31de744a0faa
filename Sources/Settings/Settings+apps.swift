package import Telemetry
import YAML

extension Settings {
    /// An account that sends.
    package struct App: Sendable {
        /// What sort of account it is.
        package enum AccountType: String, CaseIterable, Sendable {
            /// A mini program.
            case mini
            /// A service account.
            case service
        }

        /// Where its access token comes from.
        package enum TokenSource: Sendable, Equatable {
            /// WeChat's `stable_token`.
            case stable
            /// WeChat's older call, which ends the token before it.
            case classic
            /// A holder of tokens with this URL, which may itself contain a secret.
            case holder(Secret<String>)
        }

        /// The name that jobs and templates use.
        package let name: String
        /// What sort of account it is.
        package var type: AccountType
        /// WeChat's id of the account.
        package var appid: String
        /// The account's secret; nil only if a holder gives out the tokens.
        package var secret: Secret<String>?
        /// Where its access token comes from.
        package var token = TokenSource.stable
        /// The ceiling for the whole fleet; none if nil.
        package var rate: Rate?

        /// An account with a secret.
        package init(name: String, type: AccountType, appid: String, secret: Secret<String>?) {
            self.name = name
            self.type = type
            self.appid = appid
            self.secret = secret
        }
    }
}

extension Settings.App {
    /// The apps of the section, without those that lack something.
    static func all(_ fields: Fields) -> [Self] {
        fields.mapping.entries.compactMap { entry in
            guard (1...64).contains(entry.key.utf8.count), entry.key.utf8.allSatisfy(\.isNameByte) else {
                fields.faults.add(
                    at: entry.place, key: fields.path,
                    "not a name for an app: 1 to 64 letters, digits, \".\", \"_\" and \"-\""
                )
                return nil
            }
            return fields.fields(entry.key).flatMap { Self(name: entry.key, $0) }
        }
    }

    /// Nil, and a fault, if something is missing that has no default.
    private init?(name: String, _ fields: Fields) {
        let type = fields.required("type", "mini or service") { fields.choice("type", of: AccountType.self) }
        let appid = fields.required("appid", "the account's id, as in wx0000000000000000") {
            fields.value("appid", Self.appid)
        }
        let token = fields.value("token", Self.token) ?? .stable
        var secret: Secret<String>?
        let readSecret = { fields.value("secret", Self.secret) }
        if case .holder = token {
            secret = readSecret()
        } else {
            secret = fields.required("secret", "the account's secret, as in ${MINI_SECRET}", readSecret)
        }
        let rate = fields.value("rate", Rate.init(reading:))
        fields.refuseOthers()
        guard let type, let appid else { return nil }
        self.init(name: name, type: type, appid: appid, secret: secret)
        self.token = token
        self.rate = rate
    }

    private static func appid(_ scalar: Scalar) throws(Complaint) -> String {
        guard (1...64).contains(scalar.text.utf8.count), scalar.text.utf8.allSatisfy(\.isNameByte) else {
            throw .isNot("the id of an account: letters and digits, as in wx0000000000000000")
        }
        return scalar.text
    }

    private static func secret(_ scalar: Scalar) throws(Complaint) -> Secret<String> {
        guard !scalar.text.isEmpty else { throw .because("the secret is empty") }
        return Secret(scalar.text)
    }

    private static func token(_ scalar: Scalar) throws(Complaint) -> TokenSource {
        switch scalar.text {
        case "stable": return .stable
        case "classic": return .classic
        default:
            // Not shown: it may be a token that someone has put here.
            guard scalar.text.contains("://") else {
                throw .because("wanted stable, classic, or the http:// or https:// URL of a central token holder")
            }
            return .holder(Secret(try WebAddress.url(scalar)))
        }
    }

    /// The keys with their values.
    var values: [(key: String, value: ShownValue)] {
        let shownToken: ShownValue =
            switch token {
            case .stable: .plain("stable")
            case .classic: .plain("classic")
            case .holder(let url):
                .redacted("\(WebAddress.origin(of: url.reveal()))/<redacted>", exact: [url.reveal()])
            }
        return [
            ("type", .plain(type.rawValue)),
            ("appid", .plain(appid)),
            ("secret", secret.map { .redacted("<redacted>", exact: [$0.reveal()]) } ?? .plain("none")),
            ("token", shownToken),
            ("rate", .plain(rate?.description ?? "none")),
        ]
    }
}
