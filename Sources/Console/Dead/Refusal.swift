import DeadLetters
import HTTPServer
import Operations

/// Why something that was asked for is not done.
struct Refusal: Error {
    /// What is answered.
    let response: ServerResponse

    init(_ status: Int, _ code: String, _ message: String) {
        response = .refusal(status, code, message)
    }

    /// What is in the way at the queue.
    init(_ error: DeadError) {
        switch error {
        case .broker: self.init(502, "broker", "\(error)")
        case .busy: self.init(503, "busy", "\(error); try again when that has finished.")
        case .noQueue: self.init(400, "bad_request", "\(error)")
        case .unwritten: self.init(502, "broker", "\(error)")
        }
    }
}
