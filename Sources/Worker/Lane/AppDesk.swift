import FleetCache
import WeChatClient

/// One app on one lane: its account, its token, its permits.
final class AppDesk {
    let account: Account
    let token: AppToken
    var permits: PermitDesk?

    init(_ account: Account, token: AppToken, permits: PermitDesk?) {
        self.account = account
        self.token = token
        self.permits = permits
    }
}
