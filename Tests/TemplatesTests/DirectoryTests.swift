import Foundation
import Lane
import Templates
import TestSupport
import Testing

@Suite("A folder that is watched") struct DirectoryTests {
    /// What a watched folder has announced.
    final class News: Sendable {
        private let list = Locked<[String]>([])

        func take(_ result: Result<TemplateSet, TemplateFaults>) {
            let line =
                switch result {
                case .success(let set):
                    set.templates.map { "\($0.name)=\($0.description ?? "")" }.joined(separator: " ")
                case .failure(let faults): "faults: \(faults.faults.count)"
                }
            list.withLock { $0.append(line) }
        }

        var all: [String] { list.withLock { $0 } }
    }

    static func text(_ description: String) -> String { subscribe("thing1: a", "description: \(description)") }

    /// Runs a test with a folder that is watched.
    static func watching(
        _ path: String, mayBeMissing: Bool = false, _ body: (TemplateDirectory, News) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "templates-test")
        let news = News()
        let directory = try TemplateDirectory(path, on: lane, mayBeMissing: mayBeMissing) { news.take($0) }
        #expect(await directory.watch() == nil)
        do { try await body(directory, news) } catch {
            await directory.stop()
            await lane.stop()
            throw error
        }
        await directory.stop()
        await lane.stop()
    }

    /// Waits until the newest announcement is this one.
    static func until(_ line: String, _ news: News) async throws {
        try await eventually("\(line), not \(news.all)") { news.all.last == line }
    }

    static func move(_ from: String, _ to: String) { #expect(rename(from, to) == 0) }

    @Test func `tells of files that come, change and go`() async throws {
        let folder = try Folder(Self.text("one"))
        try await Self.watching(folder.path) { directory, news in
            try folder.write("t.yaml", Self.text("two"))
            try await Self.until("t=two", news)
            try folder.write("u.yaml", "u: {kind: customer, msgtype: text, text: {content: a}}")
            try await Self.until("t=two u=", news)
            try FileManager.default.removeItem(atPath: folder("u.yaml"))
            try await Self.until("t=two", news)
            #expect(await directory.current.names == ["t"])
        }
    }

    @Test func `takes what an editor writes beside the file and moves over it`() async throws {
        let folder = try Folder(Self.text("one"))
        try await Self.watching(folder.path) { _, news in
            try folder.write(".t.yaml.swp", "x")
            Self.move(folder("t.yaml"), folder("t.yaml~"))
            try folder.write("4913", Self.text("two"))
            Self.move(folder("4913"), folder("t.yaml"))
            try await Self.until("t=two", news)
            try folder.write(".t.yaml.tmp", Self.text("three"))
            Self.move(folder(".t.yaml.tmp"), folder("t.yaml"))
            try await Self.until("t=three", news)
        }
    }

    @Test func `keeps the old set while a new one has faults`() async throws {
        let folder = try Folder(Self.text("one"))
        try await Self.watching(folder.path) { directory, news in
            try folder.write("t.yaml", "t: [")
            try await Self.until("faults: 1", news)
            #expect(await directory.current["t"]?.description == "one")
            try folder.write("t.yaml", Self.text("two"))
            try await Self.until("t=two", news)
            #expect(await directory.current["t"]?.description == "two")
        }
    }

    @Test func `gathers a burst, and is silent about what changes nothing`() async throws {
        let folder = try Folder(Self.text("one"))
        try await Self.watching(folder.path) { _, news in
            let start = ContinuousClock.now
            for number in 0..<200 { try folder.write("t.yaml", Self.text("n\(number)")) }
            try await Self.until("t=n199", news)
            // At most one for each time that nothing has happened for a while.
            #expect(Double(news.all.count) <= (ContinuousClock.now - start) / .milliseconds(200) + 1)
            let before = news.all.count
            try folder.write("notes.txt", "x")
            try folder.write("t.yaml", Self.text("n199"))
            try folder.write("t.yaml", Self.text("end"))
            try await Self.until("t=end", news)
            #expect(news.all.count == before + 1)
        }
    }

    @Test func `waits for a file that is being written`() async throws {
        let folder = try Folder(Self.text("one"))
        try await Self.watching(folder.path) { directory, news in
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("t.yaml")))
            try file.truncate(atOffset: 0)
            try folder.write("u.yaml", "u: {kind: customer, msgtype: text, text: {content: a}}")
            try file.write(contentsOf: Data(Self.text("two").utf8))
            try file.close()
            try await Self.until("t=two u=", news)
            #expect(news.all == ["t=two u="])
            #expect(await directory.current.names == ["t", "u"])
        }
    }

    @Test func `notices that the folder is exchanged for another`() async throws {
        let folder = try Folder()
        for (name, text) in [("templates", "one"), ("next", "two")] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
            try folder.write("\(name)/t.yaml", Self.text(text))
        }
        try await Self.watching(folder("templates")) { _, news in
            Self.move(folder("templates"), folder("old"))
            Self.move(folder("next"), folder("templates"))
            try await Self.until("t=two", news)
            // The new one is watched, the old one is not.
            try folder.write("templates/t.yaml", Self.text("three"))
            try await Self.until("t=three", news)
        }
    }

    @Test func `gets over a folder that is gone for a while`() async throws {
        let folder = try Folder()
        let path = folder("a/b/templates")
        func make(_ text: String) throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try folder.write("a/b/templates/t.yaml", Self.text(text))
        }
        try make("one")
        try await Self.watching(path) { directory, news in
            try FileManager.default.removeItem(atPath: folder("a"))
            try await Self.until("faults: 1", news)
            #expect(await directory.current["t"]?.description == "one")
            try make("two")
            try await Self.until("t=two", news)
            try folder.write("a/b/templates/t.yaml", Self.text("three"))
            try await Self.until("t=three", news)
        }
    }

    @Test func `may begin without a folder, and notices one`() async throws {
        let folder = try Folder()
        try await Self.watching(folder("templates"), mayBeMissing: true) { directory, news in
            #expect(try await directory.reload().get().names == [])
            try FileManager.default.createDirectory(atPath: folder("templates"), withIntermediateDirectories: false)
            try folder.write("templates/t.yaml", Self.text("one"))
            try await Self.until("t=one", news)
            try FileManager.default.removeItem(atPath: folder("templates"))
            try await Self.until("faults: 1", news)
            #expect(await directory.current.names == ["t"])
        }
    }

    /// As Kubernetes mounts a config map: files are links through `..data`, a link that is exchanged.
    @Test func `follows a config map`() async throws {
        let folder = try Folder()
        let files = FileManager.default
        func version(_ name: String, _ text: String) throws {
            try files.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
            try folder.write("\(name)/t.yaml", Self.text(text))
            try files.createSymbolicLink(atPath: folder("..data_tmp"), withDestinationPath: name)
            Self.move(folder("..data_tmp"), folder("..data"))
        }
        try version("..2026_11_20", "one")
        try files.createSymbolicLink(atPath: folder("t.yaml"), withDestinationPath: "..data/t.yaml")
        try await Self.watching(folder.path) { _, news in
            try version("..2026_11_21", "two")
            try files.removeItem(atPath: folder("..2026_11_20"))
            try await Self.until("t=two", news)
            try version("..2026_11_22", "three")
            try await Self.until("t=three", news)
        }
    }

    @Test func `follows links on the way to the folder`() async throws {
        let folder = try Folder()
        let files = FileManager.default
        for (name, text) in [("v1", "one"), ("v2", "two")] {
            try files.createDirectory(atPath: folder("\(name)/templates"), withIntermediateDirectories: true)
            try folder.write("\(name)/templates/t.yaml", Self.text(text))
        }
        try files.createSymbolicLink(atPath: folder("current"), withDestinationPath: "v1")
        try files.createSymbolicLink(atPath: folder("templates"), withDestinationPath: folder("current/templates"))
        try await Self.watching(folder("templates/")) { _, news in
            try files.createSymbolicLink(atPath: folder("next"), withDestinationPath: "./v2/../v2")
            Self.move(folder("next"), folder("current"))
            try await Self.until("t=two", news)
            try folder.write("v2/templates/t.yaml", Self.text("three"))
            try await Self.until("t=three", news)
        }
    }

    @Test func `reads again when it is told to, and says what came of it`() async throws {
        let folder = try Folder(Self.text("one"))
        let lane = try Lane(name: "templates-test")
        let news = News()
        let directory = try TemplateDirectory(folder.path, on: lane) { news.take($0) }
        #expect(try await directory.reload().get().names == ["t"])
        try folder.write("t.yaml", "t: [")
        let result = await directory.reload()
        #expect(throws: TemplateFaults.self) { try result.get() }
        #expect(await directory.current["t"]?.description == "one")
        #expect(news.all == ["t=one", "faults: 1"])
        await lane.stop()
    }

    @Test func `can be stopped while it reads`() async throws {
        let folder = try Folder(Self.text("one"))
        for _ in 0..<20 {
            let lane = try Lane(name: "templates-test")
            let news = News()
            let directory = try TemplateDirectory(folder.path, on: lane) { news.take($0) }
            async let reading = directory.reload()
            async let watching = directory.watch()
            await directory.stop()
            _ = await (reading, watching)
            await directory.stop()
            await lane.stop()
        }
    }

    @Test func `is not made of a folder with faults`() async throws {
        let folder = try Folder("t: [")
        let lane = try Lane(name: "templates-test")
        #expect(throws: TemplateFaults.self) { try TemplateDirectory(folder.path, on: lane) { _ in } }
        await lane.stop()
    }
}
