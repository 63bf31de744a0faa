import FleetCache
import WeChatClient

/// One app on one lane: its account, its token, its permits.
final class AppDesk {
    /// Names this desk; another one may have the app's name after a change of the configuration.
    let number: Int
    let account: Account
    let token: AppToken
    var permits: PermitDesk?

    init(_ number: Int, _ account: Account, token: AppToken, permits: PermitDesk?) {
        self.number = number
        self.account = account
        self.token = token
        self.permits = permits
    }
}
