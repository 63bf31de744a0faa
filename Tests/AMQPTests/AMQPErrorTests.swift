import Glibc
import Lane
import Testing

@testable import AMQP

private let password = "S3cr3t"
private let closure = AMQPError.Closure(code: 403, text: "ACCESS_REFUSED - login was refused")

private func endpoint(port: Int = 5672) -> Endpoint {
    Endpoint(host: "127.0.0.1", port: port, credentials: Credentials(user: "someone", password: password))
}

/// One of each.
private let errors: [AMQPError] = {
    let endpoint = "\(endpoint())"
    var all: [AMQPError] = [
        .unreachable(endpoint: endpoint, reason: "connection refused"), .insecure(endpoint: endpoint, reason: "who?"),
        .denied(endpoint: endpoint, closure), .timedOut("basic.qos"), .channelClosed(closure),
        .connectionClosed(closure), .connectionLost("socket error"), .malformed("a header of no class"),
        .consumerCancelled, .tooLong(field: "message_id", bytes: 300, limit: 255), .tooDeep(limit: 32),
        .invalid("user_id must be the name of the login"), .closed,
    ]
    let complaint = AMQPError.Closure(
        code: 406,
        text: "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': "
            + "received 'true' but current is 'false'")
    if let mismatch = Mismatch(complaint) { all.append(.mismatch(mismatch)) }
    return all
}()

private func forms(_ value: some Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return [String(describing: value), String(reflecting: value), "\(value)", "\([value])", dumped]
}

@Suite("An error") struct AMQPErrorTests {
    @Test(arguments: errors) func `says what is wrong in one line`(error: AMQPError) {
        #expect(!error.description.isEmpty)
        #expect(!error.description.contains("\n"))
        let wrapped: [PublishError] = [.outcomeUnknown(error), .notSent(error), .invalid(error)]
        for publishError in wrapped { #expect(publishError.description.hasSuffix(error.description)) }
    }

    @Test func `names the place, the number and the text`() {
        #expect(
            AMQPError.denied(endpoint: "\(endpoint())", closure).description
                == "amqp://someone@127.0.0.1:5672/%2f refuses the login: 403 ACCESS_REFUSED - login was refused")
        #expect(AMQPError.channelClosed(closure).description.contains("403 ACCESS_REFUSED"))
        #expect(PublishError.unroutable(AMQPError.Closure(code: 312, text: "NO_ROUTE")).description.contains("312"))
        #expect(!PublishError.refused.description.isEmpty)
    }

    @Test(arguments: errors) func `holds no password in any form`(error: AMQPError) {
        let state = LinkState.waiting(after: error, for: .zero)
        for form in forms(error) + forms(PublishError.notSent(error)) + forms(state) {
            #expect(!form.contains(password))
        }
    }

    @Test func `of a real failure to connect holds no password`() async throws {
        // A port that is taken and where nobody listens: a connection to it is refused for certain.
        let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(taken) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(taken, pointer, size) == 0 && getsockname(taken, pointer, &size) == 0
            }
        }
        try #require(isBound)
        let port = Int(UInt16(bigEndian: address.sin_port))
        var configuration = try ConnectionConfiguration(url: "amqp://h")
        configuration.endpoints = [endpoint(port: port)]
        let lane = try Lane(name: "errors")
        let result = await Task(executorPreference: lane) { [configuration] in
            _ = try await Connection.open(configuration, on: lane)
        }.result
        await lane.stop()
        guard case .failure(let error) = result, case .unreachable(let place, _)? = error as? AMQPError else {
            Issue.record("\(result)")
            return
        }
        #expect(place == "amqp://someone@127.0.0.1:\(port)/%2f")
        for form in forms(error) { #expect(!form.contains(password)) }
    }
}
