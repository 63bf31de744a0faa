/// What WeChat's error codes mean: the one place that decides it.
///
/// The worker, its results, the commands about dead letters, the documentation and the sandbox read this table.
package enum ErrorTable {
    /// All rows, in the order of their codes within each family.
    package static let rows: [ErrorRow] =
        general + credentials + content + recipients + limits + rights + management

    /// Where each code stands in the table.
    private static let places: [Int: Int] = {
        var places: [Int: Int] = [:]
        for (place, row) in rows.enumerated() {
            for code in row.codes { places[code] = place }
        }
        return places
    }()

    /// What to make of a code in the answer to a call.
    ///
    /// `afterRefresh` says that the token was replaced because of the same answer just before.
    package static func entry(
        for code: Int, in context: ErrorContext, afterRefresh: Bool = false
    ) -> ErrorEntry {
        guard let place = places[code] else { return ErrorEntry(code: code, handling: unknown) }
        let row = rows[place]
        let exception = row.exceptions.first { $0.condition.holds(in: context, afterRefresh: afterRefresh) }
        return ErrorEntry(code: code, handling: exception?.handling ?? row.handling)
    }

    /// What to make of a code that is not in the table: WeChat adds codes without notice.
    package static let unknown = ErrorHandling(
        errorClass: .unknown, pause: .nothing, delay: .backoff, reason: .unknownCode,
        words: ErrorHandling.Words(
            meaning: "a code that is not in this table",
            english:
                "Look the code up in WeChat's documentation, and its rid in the console; send the dead letter again after.",
            chinese: "请在微信官方文档中查询该错误码，并在后台用 rid 查询；处理后再重发死信。"))
}
