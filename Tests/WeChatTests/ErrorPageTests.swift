import Glibc
import Testing
import WeChat

@Suite("The page of error codes") struct ErrorPageTests {
    /// `docs/wechat-errors.md`, from where this file stands.
    private static let path =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/docs/wechat-errors.md"

    @Test func `is current; WXPUSH_WRITE_DOCS=1 writes it anew`() throws {
        if getenv("WXPUSH_WRITE_DOCS") != nil { try Self.write(ErrorTable.markdown) }
        #expect(try Self.read() == ErrorTable.markdown)
    }

    @Test func `has a line for every reading of every row`() {
        let lines = ErrorTable.markdown.split(separator: "\n")
        for row in ErrorTable.rows {
            let readings = lines.filter { $0.hasPrefix("| \(row.codes.lowerBound)") && $0.contains(" | ") }
            #expect(readings.count >= 1 + row.exceptions.count, "\(row.codes)")
        }
    }

    private struct Unreadable: Error {
        var path: String
        var code = errno
    }

    private static func read() throws -> String {
        guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ text: String) throws {
        guard let file = fopen(path, "w") else { throw Unreadable(path: path) }
        let written = fwrite(Array(text.utf8), 1, text.utf8.count, file)
        guard fclose(file) == 0, written == text.utf8.count else { throw Unreadable(path: path) }
    }
}
