import JSON
import Terminal

extension Output {
    /// Adds one JSON object on a line of its own.
    func json(_ members: (inout JSONWriter) -> Void) async throws(OutputError) {
        var json = JSONWriter()
        json.object(members)
        try await line(String(decoding: json.bytes, as: UTF8.self))
    }
}

extension Duration {
    /// The time in its two largest units, for people: `1h58m`, `4s`, `12ms`.
    var rough: String {
        let milliseconds = Int64(self / .milliseconds(1))
        let seconds = milliseconds / 1000
        return switch seconds {
        case ..<1: "\(max(0, milliseconds))ms"
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m\(seconds % 60)s"
        case ..<86_400: "\(seconds / 3600)h\(seconds % 3600 / 60)m"
        default: "\(seconds / 86_400)d\(seconds % 86_400 / 3600)h"
        }
    }
}
