import CSQLite

/// A value as SQLite stores it.
enum SQLValue {
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
    case null
}

/// A statement that is prepared once and run many times.
@safe final class Statement {
    private let database: Database
    private let handle: OpaquePointer

    /// Prepares one statement.
    init(_ sql: String, in database: Database) throws(SQLiteFailure) {
        var prepared: OpaquePointer?
        try database.check(
            unsafe sqlite3_prepare_v3(database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil))
        guard let handle = unsafe prepared else { throw SQLiteFailure(code: SQLITE_MISUSE, message: "no statement") }
        self.database = database
        unsafe self.handle = handle
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs to the end.
    func run(_ values: SQLValue...) throws(SQLiteFailure) {
        _ = try rows(values) { _ in }
    }

    /// Reads the first row, if there is one.
    func first<Value>(_ values: SQLValue..., read: (Row) -> Value) throws(SQLiteFailure) -> Value? {
        try rows(values, limit: 1, read: read).first
    }

    /// Reads all rows.
    func all<Value>(_ values: SQLValue..., read: (Row) -> Value) throws(SQLiteFailure) -> [Value] {
        try rows(values, read: read)
    }

    private func rows<Value>(
        _ values: [SQLValue], limit: Int = .max, read: (Row) -> Value
    ) throws(SQLiteFailure) -> [Value] {
        // A statement that stays in the middle of its rows would keep its transaction open.
        defer { unsafe sqlite3_reset(handle) }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
        var rows: [Value] = []
        while rows.count < limit {
            let code = unsafe sqlite3_step(handle)
            try database.check(code)
            guard code == SQLITE_ROW else { break }
            rows.append(unsafe read(Row(statement: handle)))
        }
        return rows
    }

    private func bind(_ value: SQLValue, at place: Int32) throws(SQLiteFailure) {
        let code: Int32
        switch value {
        case .integer(let number): code = unsafe sqlite3_bind_int64(handle, place, number)
        case .real(let number): code = unsafe sqlite3_bind_double(handle, place, number)
        case .null: code = unsafe sqlite3_bind_null(handle, place)
        case .text(var text):
            code = text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty buffer may have no address, which would bind NULL.
                    let start = unsafe characters.baseAddress ?? Self.nothing
                    return unsafe csqlite_bind_text(handle, place, start, Int32(clamping: characters.count))
                }
            }
        case .blob(let bytes):
            // As above.
            code =
                bytes.isEmpty
                ? unsafe sqlite3_bind_zeroblob(handle, place, 0)
                : unsafe bytes.withUnsafeBytes { bytes in
                    unsafe csqlite_bind_blob(handle, place, bytes.baseAddress, Int32(clamping: bytes.count))
                }
        }
        try database.check(code)
    }

    /// The address of an empty text, which lives as long as the program.
    nonisolated(unsafe) private static let nothing: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe byte.initialize(to: 0)
        return unsafe UnsafePointer(byte)
    }()
}

/// The row that a statement stands on; not to be kept.
@safe struct Row {
    private let statement: OpaquePointer

    fileprivate init(statement: OpaquePointer) { unsafe self.statement = statement }

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

    func real(_ column: Int32) -> Double { unsafe sqlite3_column_double(statement, column) }

    func text(_ column: Int32) -> String { String(decoding: blob(column), as: UTF8.self) }

    func blob(_ column: Int32) -> [UInt8] {
        guard let bytes = unsafe sqlite3_column_blob(statement, column) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
