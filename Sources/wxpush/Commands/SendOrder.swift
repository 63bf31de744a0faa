import JSON
import Templates
import WeChat
import Worker

/// What is looked at before a job is sent.
enum OrderCheck: Sendable {
    /// All that can be told without configuration and templates of the workers.
    case full
    /// Nothing.
    case none

    /// The longest line: a little more than a job may have, so that its size is named and not guessed.
    static let lineLimit = 1 << 20
}

/// A job that is about to be sent.
struct Order: Sendable {
    /// What it is known by.
    let id: String
    /// The job itself.
    let body: [UInt8]
    /// The line that it stands in.
    let line: Int?

    /// Takes a body as a job; makes an id if it has none.
    init(_ body: [UInt8], _ check: OrderCheck, line: Int?) throws(Failure) {
        let made = Self.madeID()
        let job = Job(reading: body, messageID: made)
        if check == .full {
            do throws(JobFault) {
                try Self.check(job)
            } catch {
                throw Failure(
                    .misused,
                    "this is no job: \(error.detail) (\(error.reason.rawValue)); correct it, or say --no-check")
            }
        }
        id = job.id.isEmpty ? made : job.id
        self.body = body
        self.line = line
    }

    private static func madeID() -> String {
        "send-" + String(UInt64.random(in: .min ... .max), radix: 36)
            + String(UInt32.random(in: .min ... .max), radix: 36)
    }

    private static func check(_ job: Job) throws(JobFault) {
        if let fault = job.fault { throw fault }
        guard case .message(let kind, let object) = job.content else { return }
        let slots = MessageSlots(
            page: job.overrides.page, url: job.overrides.url, miniprogram: job.overrides.miniprogram, formID: job.formID
        )
        do throws(TemplateFault) {
            _ = try Message(kind, object, slots, sender: nil)
        } catch {
            throw JobFault(error)
        }
    }

    /// How messages to people call it.
    var name: String { line.map { "line \($0) (\(id))" } ?? id }
}

/// Where the jobs come from.
enum OrderSource {
    /// One job, made from options.
    case single(Order)
    /// A job in each line.
    case lines(LineReader, OrderCheck, isStrict: Bool)

    /// Whether there may be many.
    var isMany: Bool {
        if case .lines = self { true } else { false }
    }
}
