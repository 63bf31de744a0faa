import HTTPClient
import TestSupport
import Testing

@Suite("What is printed of requests, answers and errors", .timeLimit(.minutes(3)))
struct SecrecyTests {
    private func printed(_ value: some Any) -> String {
        var dumped = ""
        dump(value, to: &dumped)
        return String(describing: value) + String(reflecting: value) + dumped
    }

    @Test("A request shows its method and its origin only")
    func requests() {
        var request = HTTPRequest.post(
            "https://u:SECRET@host:8/SECRET?t=SECRET#SECRET", .file(field: "f", name: "SECRET", contentType: "x/y", []))
        request.headers = [HTTPField("Authorization", "SECRET")]
        #expect(!printed(request).contains("SECRET"))
        #expect(request.description == "POST https://host:8")
    }

    @Test(
        "The origin of anything holds no more than scheme, host and port",
        arguments: [
            ("http://h", "http://h"), ("https://h:1?SECRET", "https://h:1"), ("http://a@b:SECRET@h/x", "http://h"),
            ("http://h#SECRET", "http://h"), ("SECRET", "an address without a scheme"),
            ("http://h\r\nSECRET", "an address that is none"), ("", "an address without a scheme"),
            ("http://[::1]:80/SECRET", "http://[::1]:80"), ("http:/SECRET", "an address without a scheme"),
            ("http://h\\SECRET", "http://h"),
        ])
    func origins(url: String, origin: String) {
        #expect(HTTPRequest.get(url).origin == origin)
    }

    @Test("An error shows neither query nor header nor body, whatever went wrong")
    func errors() async throws {
        let scripts: [ScriptedServer.Script] = [
            { peer in _ = try peer.readAvailable() },
            { peer in
                _ = try peer.readAvailable()
                try peer.write("SECRET SECRET\r\n\r\n")
            },
            { peer in
                _ = try peer.readAvailable()
                try peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: SECRET\r\nContent-Length: SECRET\r\n\r\n")
            },
            { peer in
                _ = try peer.readAvailable()
                try peer.write("HTTP/1.1 2SECRET\r\nContent-Encoding: SECRET\r\n\r\nSECRET")
            },
        ]
        let dead = try FreePorts.take(1)[0]
        for script in scripts {
            let server = try ScriptedServer.start(script)
            try await withClient { client async throws in
                let here = "127.0.0.1:\(server.port)"
                for base in ["http://\(here)", "https://\(here)", "http://127.0.0.1:\(dead)", "gopher://SECRET@h"] {
                    var request = HTTPRequest.post("\(base)/SECRET?access_token=SECRET", .json(Array("SECRET".utf8)))
                    request.headers = [HTTPField("X", "SECRET")]
                    do throws(HTTPError) {
                        #expect(!printed(try await client.send(request)).contains("SECRET"))
                    } catch {
                        #expect(!printed(error).contains("SECRET"), "\(error)")
                    }
                }
            }
            await server.stop()
        }
    }
}
