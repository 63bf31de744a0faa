import Foundation
import JSON
import TestSupport
import Testing

/// `wxpush media upload`, and what it refuses.
struct MediaTests {
    private static let picture = Data(
        [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + [UInt8](repeating: 7, count: 500))

    @Test func `a file is uploaded once for the fleet, and again when somebody says so`() async throws {
        try await Bench.run { bench in
            try await bench.startSandbox()
            try Self.picture.write(to: URL(filePath: bench.path("码.jpg")))
            let first = try await bench.wxpush("media", "upload", "码.jpg", "--app", "mini")
            #expect(first.status == 0 && first.lines.count == 1 && first.errors.isEmpty, "\(first)")
            let id = String(try #require(first.lines.first))
            let same = try await bench.wxpush("media", "upload", "码.jpg", "--app", "mini", "--json")
            #expect(
                same.json.first?["media_id"]?.string == id && same.json.first?["uploaded"]?.bool == false, "\(same)")
            let other = try await bench.wxpush("media", "upload", "码.jpg", "--app", "mini", "--type", "thumb", "--json")
            #expect(
                other.json.first?["media_id"]?.string != id && other.json.first?["uploaded"]?.bool == true, "\(other)")
            // What a text may begin with belongs to a file.
            try (Data([0xEF, 0xBB, 0xBF]) + Self.picture).write(to: URL(filePath: bench.path("b.jpg")))
            let marked = try await bench.wxpush("media", "upload", "b.jpg", "--app", "mini", "--json")
            #expect(marked.json.first?["uploaded"]?.bool == true, "\(marked)")
            let again = try await bench.wxpush("media", "upload", "码.jpg", "--app", "mini", "--again")
            #expect(again.status == 0 && again.lines.first.map(String.init) != id, "\(again)")
        }
    }

    @Test func `what WeChat would not take is refused with a word for it`() async throws {
        try await Bench.run { bench in
            try Self.picture.write(to: URL(filePath: bench.path("a.png")))
            try Data().write(to: URL(filePath: bench.path("empty.png")))
            try Data(count: (10 << 20) + 1).write(to: URL(filePath: bench.path("large.mp4")))
            try Self.picture.write(to: URL(filePath: bench.path("a.tiff")))
            let cases: [([String], Int32, String)] = [
                (["a.png"], 2, "--app"), (["a.png", "--app", "none"], 2, "mini, shop"),
                (["empty.png", "--app", "mini"], 2, "empty"), (["large.mp4", "--app", "mini"], 2, "10485760"),
                (["a.tiff", "--app", "mini"], 2, "png"), (["gone.png", "--app", "mini"], 2, "No such file"),
                (["a.png", "--app", "mini", "--type", "film"], 2, "thumb"),
                (["a.png", "--app", "mini"], 3, "endpoint"),
            ]
            for (words, status, word) in cases {
                let refused = try await bench.wxpush(["media", "upload"] + words)
                #expect(
                    refused.status == status && refused.errors.contains(word) && refused.output.isEmpty,
                    "\(words): \(refused)")
            }
            try await bench.startSandbox()
            let table = try await bench.wxpush("media", "upload", "a.png", "--app", "mini", "--type", "voice")
            #expect(table.status == 1 && table.errors.contains("4000"), "\(table)")
        }
    }
}
