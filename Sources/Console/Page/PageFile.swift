import CPageFiles
import HTTPServer
import Operations
import Worker

/// A file of the page, as it stands in the executable.
struct PageFile: Sendable {
    let name: String
    let bytes: [UInt8]
    /// Changes with the content.
    let tag: String

    /// All of them.
    static let all: [PageFile] = {
        var files: [PageFile] = []
        while let file = unsafe page_file_at(files.count)?.pointee {
            let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.count)
            unsafe files.append(PageFile(String(cString: file.name), Array(bytes)))
        }
        return files
    }()

    /// A file of a name and a content.
    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        tag = "\"\(Fingerprint(bytes).hex)\""
    }

    private var type: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }

    // MARK: Answering

    /// Nothing from elsewhere, and nothing inside the page itself: what a job holds stays text, whatever it looks like.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The file, at an address; browsers ask each time whether theirs is still the same.
    func route(at path: String) -> OperationsRoute {
        let fields = [
            ServerField("Content-Type", type), ServerField("Cache-Control", "no-cache"), ServerField("ETag", tag),
            ServerField("Content-Security-Policy", Self.policy),
        ]
        let (whole, unchanged) = (
            ServerResponse(fields: fields, body: bytes), ServerResponse(status: 304, fields: Array(fields.dropFirst()))
        )
        let tag = tag
        return OperationsRoute(path, "a file of the page", access: .everybody) { request, _ in
            .now(request.header("If-None-Match") == tag ? unchanged : whole)
        }
    }

    /// The addresses of all files, and those of the page, which the script in it tells apart.
    static var routes: [OperationsRoute] {
        let files = all.map { $0.route(at: "/\($0.name)") }
        let pages = all.first { $0.name == "page.html" }.map { page in
            ["/", "/dead", "/dead/letter", "/templates", "/login"].map { page.route(at: $0) }
        }
        return (pages ?? []) + files
    }
}
