import Foundation
import HTTPClient
import Lane
import Operations
import TestSupport
import Testing

@testable import Console

/// The files of the page, as they stand in the executable.
@Suite("The page's files") struct PageFileTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/CPageFiles/files").standardized

    @Test func `each file of the folder is in the executable, byte for byte, and nothing else is`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(PageFile.all.map(\.name)) == Set(names) && PageFile.all.count == names.count)
        for file in PageFile.all {
            #expect(try Array(Data(contentsOf: Self.folder.appending(path: file.name))) == file.bytes, "\(file.name)")
        }
    }

    @Test func `nothing in them is what the policy forbids`() throws {
        #expect(PageFile.all.count > 3)
        for file in PageFile.all {
            let text = try #require(String(validating: file.bytes, as: UTF8.self), "\(file.name)")
            for pattern in [
                #"<script(?![^>]* src="/)"#, "<style", #"\sstyle="#, #"\son[a-z]+="#, "javascript:", "innerHTML",
                "outerHTML",
                "insertAdjacentHTML", "document.write", #"\beval\("#, #"new Function"#,
                #"(src|href|action)="(https?:)?//"#,
                "@import",
            ] {
                let isMarkup = file.name.hasSuffix(".html") || file.name.hasSuffix(".svg")
                // In a script, these are names like any other.
                if !isMarkup, pattern.hasPrefix(#"\s"#) || pattern.hasPrefix("<") { continue }
                #expect(try text.firstMatch(of: Regex(pattern)) == nil, "\(file.name): \(pattern)")
            }
        }
    }

    @Test func `they are served with their types, and once only as long as they stay the same`() async throws {
        let lane = try Lane(name: "files")
        let result = await Task(executorPreference: lane) {
            let server = OperationsServer(
                host: "127.0.0.1", port: 0, access: AccessGuard(nil), title: "a test", routes: PageFile.routes, on: lane
            )
            let url = "http://127.0.0.1:\(try await server.start())"
            let client = HTTPClient(on: lane)
            for (path, type) in [
                ("/", "text/html; charset=utf-8"), ("/dead", "text/html; charset=utf-8"),
                ("/dead/letter", "text/html; charset=utf-8"), ("/templates", "text/html; charset=utf-8"),
                ("/login", "text/html; charset=utf-8"), ("/page.css", "text/css; charset=utf-8"),
                ("/page.js", "text/javascript; charset=utf-8"), ("/icon.svg", "image/svg+xml"),
            ] {
                let answer = try await client.send(.get(url + path))
                #expect(answer.status == 200 && answer.value(of: "Content-Type") == type, "\(path)")
                #expect(answer.value(of: "Content-Security-Policy") == PageFile.policy, "\(path)")
                #expect(answer.value(of: "Cache-Control") == "no-cache")
                #expect(answer.value(of: "X-Content-Type-Options") == "nosniff")
                var again = HTTPRequest.get(url + path)
                again.headers = [HTTPField("If-None-Match", answer.value(of: "ETag") ?? "")]
                let unchanged = try await client.send(again)
                #expect(unchanged.status == 304 && unchanged.body.isEmpty)
                again.headers = [HTTPField("If-None-Match", "\"other\"")]
                #expect(try await client.send(again).body == answer.body)
            }
            #expect(try await client.send(.get(url + "/files.c")).status == 404)
            await client.close()
            await server.stop()
        }.result
        await lane.stop()
        try result.get()
    }

    @Test func `a tag changes with the content`() {
        #expect(PageFile("a", [1, 2]).tag != PageFile("a", [2, 1]).tag)
        #expect(PageFile("a", [1, 2]).tag == PageFile("b", [1, 2]).tag)
    }
}
