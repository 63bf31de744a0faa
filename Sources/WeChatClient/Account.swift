package import Telemetry
package import WeChat

/// An account of WeChat that sends, as the configuration names it.
package struct Account: Equatable, Sendable {
    /// Where its tokens come from.
    package enum TokenSource: Equatable, Sendable {
        /// The stable endpoint, which gives everybody the same token until its last five minutes.
        case stable
        /// The classic endpoint, where each call makes a new token and ends the one before.
        case classic
        /// A token holder of the company's own, which answers as WeChat's endpoint does.
        case holder(url: Secret<String>)
    }

    /// What the configuration calls it.
    package let name: String
    /// What kind of account it is.
    package let type: AppType
    /// What WeChat calls it.
    package let appid: String
    /// What proves to WeChat that the account is ours.
    package let secret: Secret<String>
    /// Where its tokens come from.
    package let tokenSource: TokenSource

    /// An account as it is configured.
    package init(
        name: String, type: AppType, appid: String, secret: Secret<String>, tokenSource: TokenSource = .stable
    ) {
        self.name = name
        self.type = type
        self.appid = appid
        self.secret = secret
        self.tokenSource = tokenSource
    }

    /// The name of its token in the cache that the fleet shares.
    ///
    /// By appid, so that two names for one account share a token; tokens of the two endpoints of WeChat do not end one another,
    /// and so stand apart.
    package var tokenKey: String {
        switch tokenSource {
        case .stable: appid
        case .classic: "\(appid):classic"
        case .holder: "\(appid):holder"
        }
    }
}
