/// What kind of account sends.
package enum AppType: String, CaseIterable, Hashable, Sendable {
    /// A mini program (小程序).
    case mini
    /// A verified service account (服务号).
    case service
}
