/// What holds its messages back after an answer of WeChat.
package enum PauseScope: String, CaseIterable, Hashable, Sendable {
    /// Nothing: only the job itself is concerned.
    case nothing
    /// Messages to the same recipient.
    case recipient
    /// Messages with the same template.
    case template
    /// Calls of the same API with the same app.
    case api
    /// Everything of the app.
    case app
}

extension PauseScope {
    /// The scope in a few words, for the documentation.
    package var summary: String {
        switch self {
        case .nothing: "–"
        case .recipient: "the recipient"
        case .template: "the template"
        case .api: "this API of the app"
        case .app: "the app"
        }
    }
}
