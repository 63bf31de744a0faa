package import WeChat

/// What exists in a sandbox.
///
/// A list that is there says all there is; where there is none, anything will do.
package struct SandboxSeed: Equatable, Sendable {
    /// An account.
    package struct App: Equatable, Sendable {
        /// Its appid.
        package var appid: String
        /// Its AppSecret; any will do if nil.
        package var secret: String?
        /// Its type; good for the APIs of both if nil.
        package var type: AppType?
        /// The pages of its released version; any if nil.
        package var pages: [String]?
        /// The appids of the mini programs that it is associated with; any if nil.
        package var miniprograms: [String]?
        /// The ids of its permanent media.
        package var media: [String]?
        /// The addresses that may fetch tokens; any if nil.
        package var addresses: [String]?
    }

    /// A template.
    package struct Template: Hashable, Sendable {
        /// What sort of template it is.
        package enum Sort: String, CaseIterable, Hashable, Sendable {
            /// A subscription template; each accept is good for one message.
            case once = "one-time"
            /// A subscription template; one accept is good for many.
            case longTerm = "long-term"
            /// A service account's template.
            case service
        }

        /// Its id.
        package var id: String
        /// The appid of its account; every account has it if nil.
        package var app: String?
        /// What sort of template it is.
        package var sort: Sort?
        /// Its title.
        package var title: String
        /// The keys of its parameters.
        package var keys: [String]
        /// The values that its `enum` and `const` parameters take, by key.
        package var enums: [String: [String]]
        /// The code that its messages are refused with.
        package var errcode: Int?
    }

    /// A person.
    package struct Person: Hashable, Sendable {
        /// The openid.
        package var openid: String
        /// The appid of the account that knows the person so; every account if nil.
        package var app: String?
        /// Whether the person follows the account.
        package var follows: Bool
        /// The code that messages to the person are refused with.
        package var errcode: Int?
    }

    /// A login code.
    package struct Code: Hashable, Sendable {
        /// The code.
        package var code: String
        /// The appid; good for every app if nil.
        package var app: String?
        /// Whose it is; follows from the code if nil.
        package var openid: String?
        /// The person across accounts.
        package var unionid: String?
    }

    /// What somebody has agreed to.
    package struct Grant: Hashable, Sendable {
        /// The openid.
        package var openid: String
        /// The template.
        package var template: String
        /// The appid; for every app if nil.
        package var app: String?
        /// For how many messages.
        package var count: Int
    }

    /// A formId, or a prepay_id.
    package struct Form: Hashable, Sendable {
        /// The id.
        package var id: String
        /// Whose it is; anybody's if nil.
        package var openid: String?
        /// How many messages it is good for.
        package var uses: Int
    }

    /// The accounts; nil for any.
    package var apps: [App]?
    /// The templates; nil for any.
    package var templates: [Template]?
    /// The people; nil for anyone.
    package var people: [Person]?
    /// The login codes; nil for any.
    package var codes: [Code]?
    /// Who has agreed to what; nil leaves the question out.
    package var grants: [Grant]?
    /// The formIds; nil for any.
    package var forms: [Form]?
    /// Who did what just before the start; nil leaves the question out, see ``SandboxOptions/hasReplyWindows``.
    package var interactions: [Interaction]?
    /// Words that no message may contain.
    package var blockedWords: [String] = []
    /// Limits of calls.
    package var limits: [CallLimit] = []
    /// What goes wrong.
    package var faults: [Fault] = []

    /// Nothing in particular.
    package init() {}
}

extension SandboxSeed.App: CustomStringConvertible, CustomReflectable {
    /// The appid alone, for there is a secret beside it.
    package var description: String { appid }

    /// As the description, for those who print what they are given.
    package var customMirror: Mirror { Mirror(self, children: ["appid": appid]) }
}

/// What somebody does that lets an account answer.
package struct Interaction: Hashable, Sendable {
    /// What it is.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Writes a message.
        case message
        /// Opens the customer chat of a mini program.
        case enter
        /// Taps a menu of a service account.
        case menu
        /// Follows a service account.
        case follow
        /// Scans a code of a service account.
        case scan
        /// Pays.
        case pay
    }

    /// The openid.
    package var openid: String
    /// The appid; for every app if nil.
    package var app: String?
    /// What it is.
    package var kind: Kind
}

extension Interaction.Kind {
    /// How many messages may follow; nil for any number.
    var allowance: Int? {
        switch self {
        case .message: 5
        case .enter: 2
        case .menu, .follow, .scan: 3
        case .pay: nil
        }
    }

    /// For how long.
    var window: Duration {
        switch self {
        case .message, .pay: .seconds(48 * 3600)
        case .enter, .menu, .follow, .scan: .seconds(60)
        }
    }
}
