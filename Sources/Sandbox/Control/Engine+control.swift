import JSON

/// Why a call of the control API comes to nothing.
enum ControlFault: Error {
    /// There is no such path.
    case unknown
    /// The path wants another method.
    case method(String)
    /// The body or the query is wrong.
    case invalid(String)
}

extension Engine {
    /// Answers a call under `/sandbox/`, by which people and tests look at the sandbox and change it.
    func control(_ call: Call, at now: Instant) -> Reply {
        do throws(ControlFault) {
            return try controlled(call, at: now)
        } catch {
            switch error {
            case .unknown: return Self.fault(404, "no such path; GET /sandbox/ tells what there is")
            case .method(let method): return Self.fault(405, "this path takes \(method)")
            case .invalid(let problem): return Self.fault(400, problem)
            }
        }
    }

    private func controlled(_ call: Call, at now: Instant) throws(ControlFault) -> Reply {
        switch (call.path, call.method) {
        case ("/sandbox", _), ("/sandbox/", _): return Reply(form: .text, body: Array(Self.help.utf8))
        case ("/sandbox/counters", "GET"): return Reply(body: listCounters(at: now))
        case ("/sandbox/messages", "GET"): return Reply(body: try listMessages(call))
        case ("/sandbox/faults", "GET"): return Reply(body: listFaults())
        case ("/sandbox/counters", _), ("/sandbox/messages", _): throw .method("GET")
        default: break
        }
        guard Self.changes.contains(call.path) else { throw .unknown }
        guard call.method == "POST" else {
            throw .method(call.path == "/sandbox/faults" ? "GET and POST" : "POST")
        }
        do throws(SeedError) {
            try change(call, at: now)
        } catch {
            throw .invalid("\(error)")
        }
        return Reply(body: call.path == "/sandbox/faults" ? listFaults() : Array(#"{"ok":true}"#.utf8))
    }

    /// What can be changed.
    private static let changes = [
        "/sandbox/faults", "/sandbox/reset", "/sandbox/tokens/revoke", "/sandbox/ips", "/sandbox/grants",
        "/sandbox/interactions", "/sandbox/codes",
    ]

    private static func fault(_ status: Int, _ problem: String) -> Reply {
        var json = JSONWriter(reserving: 128)
        json.object { $0.member("error", problem) }
        return Reply(status: status, body: json.bytes)
    }
}
