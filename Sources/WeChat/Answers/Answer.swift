package import JSON

/// What WeChat answered: the fields that all its answers share.
package struct Answer: Hashable, Sendable {
    /// The code; 0, which WeChat often leaves out, for success.
    package var code: Int
    /// WeChat's text, empty if it gave none.
    package var message: String
    /// The message's id, which delivery reports name.
    package var messageID: Int64?

    /// An answer of a code and a text.
    package init(code: Int, message: String, messageID: Int64? = nil) {
        self.code = code
        self.message = message
        self.messageID = messageID
    }
}

/// Why an answer says nothing.
package enum AnswerError: Error, Hashable, Sendable {
    /// It is no JSON, as pages of gateways are not.
    case unreadable(JSONError)
    /// It is no JSON object.
    case notAnObject
    /// A field is not what WeChat documents, or is missing.
    case invalid(field: String)
    /// WeChat refused the call.
    case refused(Answer)
}

extension AnswerError: CustomStringConvertible {
    /// One sentence that names the cause, with nothing of the answer but WeChat's own text.
    package var description: String {
        switch self {
        case .unreadable(let error): "the answer is no JSON: \(error.offset == 0 ? "it starts with none" : "\(error)")"
        case .notAnObject: "the answer is no JSON object"
        case .invalid(let field): "the answer has no usable \(field)"
        case .refused(let answer): "WeChat answered \(answer.code) \(answer.message)"
        }
    }
}

extension Answer {
    /// Reads the answer to a message that was sent.
    package init(parsing bytes: Span<UInt8>) throws(AnswerError) {
        try self.init(Self.object(bytes))
    }

    /// Reads the shared fields of an answer.
    package init(_ object: JSONObject) throws(AnswerError) {
        switch object["errcode"] {
        case nil: code = 0
        case let value?:
            guard let number = value.wholeNumber, let code = Int(exactly: number) else {
                throw .invalid(field: "errcode")
            }
            self.code = code
        }
        message = object["errmsg"]?.string ?? ""
        messageID = object["msgid"]?.wholeNumber
    }

    /// The object that an answer is.
    static func object(_ bytes: Span<UInt8>) throws(AnswerError) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, .lenient)
        } catch {
            throw .unreadable(error)
        }
        guard let object = value.object else { throw .notAnObject }
        return object
    }

    /// The object of an answer that is no refusal.
    package static func success(_ bytes: Span<UInt8>) throws(AnswerError) -> JSONObject {
        let object = try object(bytes)
        let answer = try Answer(object)
        guard answer.code == 0 else { throw .refused(answer) }
        return object
    }
}

extension JSONValue {
    /// A number without fraction, which WeChat also writes as a string.
    var wholeNumber: Int64? { integer ?? string.flatMap { Int64($0) } }
}
