import FleetCache

/// The names under which things lie in the server.
///
/// | key | type | content | ends |
/// | --- | --- | --- | --- |
/// | `wxpush:token:<app>` | hash | `value`, `expires`, `generation`; `fence`, `stored`, `owner`, `lease` | never: the numbers go on |
/// | `wxpush:budget:<kind>:<app>` | hash | `day` in Shanghai, `spent`, `last` | after two days |
/// | `wxpush:ledger:<job>` | hash | `owner`, `since`, `lease`; `result` once finished | as the worker says |
/// | `wxpush:bucket:<key>` | string | when the bucket is full again | then |
/// | `wxpush:pauses` | hash | for each pause its end and its cause | each field when read after its end |
/// | `wxpush:counter:<name>` | string | a number | as the worker says |
///
/// Times are microseconds since 1970 by the server's clock. What follows the last colon may be any bytes.
enum RedisKeys {
    static let pauses = "wxpush:pauses"

    static func token(_ app: String) -> String { "wxpush:token:\(app)" }

    static func budget(_ kind: RefreshKind, _ app: String) -> String { "wxpush:budget:\(kind.rawValue):\(app)" }

    static func ledger(_ id: String) -> String { "wxpush:ledger:\(id)" }

    static func bucket(_ key: String) -> String { "wxpush:bucket:\(key)" }

    static func counter(_ name: String) -> String { "wxpush:counter:\(name)" }
}
