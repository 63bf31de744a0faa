package import Foundation
import Glibc

extension ChildProcess {
    /// Runs a program to its end and returns what it printed; throws on any status but 0 and when the limit passes.
    ///
    /// The output goes through a file in `scratch`, not a pipe: a daemon the program leaves behind may keep a pipe open.
    package static func run(
        _ setting: Setting, scratch: URL, limit: Duration = .seconds(90)
    ) async throws -> String {
        let file = scratch.appending(component: uniqueName("output"))
        defer { try? FileManager.default.removeItem(at: file) }
        var setting = setting
        setting.output = file.path
        let process = try ChildProcess(setting)
        let watch = Task {
            try await Task.sleep(for: limit)
            process.signalGroup(SIGKILL)
        }
        let status = await process.exit()
        watch.cancel()
        let output = tail(of: file, limit: 1 << 20)
        guard status == 0 else {
            let command = ([setting.executable] + setting.arguments).joined(separator: " ")
            throw BrokerError("status \(status) from \(command)", output: output)
        }
        return output
    }

    /// The last bytes of a file as text; empty when there is no such file.
    static func tail(of file: URL, limit: Int) -> String {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return "" }
        defer { try? handle.close() }
        guard let end = try? handle.seekToEnd() else { return "" }
        try? handle.seek(toOffset: end > UInt64(limit) ? end - UInt64(limit) : 0)
        let data = (try? handle.readToEnd()) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}
