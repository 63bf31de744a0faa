import Foundation
import Glibc
import Telemetry
import TestSupport

/// A pipe in the place of standard error.
final class Stream: Sendable {
    let descriptor: Int32
    private let reader: Int32
    private let read = Shared([UInt8]())

    init() throws {
        (reader, descriptor) = try makePipe()
        _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reader)
        close(descriptor)
    }

    /// All that was written so far.
    var text: String {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(reader, &piece, piece.count)
            if count <= 0 { return String(decoding: read.value, as: UTF8.self) }
            read.change { [piece] in $0 += piece.prefix(count) }
        }
    }

    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// A log that writes there, at 2026-11-20T08:00:00.123Z.
    func log(_ level: LogLevel = .debug, _ format: LogFormat = .text(colours: false)) throws -> Log {
        try Log(level: level, format: format, descriptor: descriptor) { LogTime(milliseconds: 1_795_161_600_123) }
    }

    /// What a closure logs.
    static func lines(
        _ format: LogFormat = .text(colours: false), level: LogLevel = .debug, _ body: (Log) throws -> Void
    ) throws -> [String] {
        let stream = try Stream()
        let log = try stream.log(level, format)
        try body(log)
        log.flush(atMost: .seconds(30))
        return stream.lines
    }
}
