import CCurl
import Glibc

extension Transfer {
    /// What became of the request, as libcurl's code and our own notes tell.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        if code == CURLE_OK {
            // libcurl takes headers that break off for an answer without a body, and would leave HTTP where a peer asks for it.
            guard isHeadComplete else { return .failure(error(.malformedAnswer, "it ended in its headers")) }
            let status = number(CURLINFO_RESPONSE_CODE)
            guard status >= 200 else { return .failure(error(.malformedAnswer, "its status is \(status)")) }
            return .success(HTTPResponse(status: status, body: body, head: head))
        }
        let (kind, detail) = reason(code)
        return .failure(error(kind, detail))
    }

    /// An error that says whether the request has left.
    func error(_ kind: HTTPFailure.Kind, _ detail: String) -> HTTPError {
        let failure = HTTPFailure(kind: kind, origin: request?.origin ?? "", detail: detail)
        return hasLeft ? .outcomeUnknown(failure) : .notSent(failure)
    }

    /// Kind and words for a code of libcurl's.
    ///
    /// Never libcurl's own message, which quotes addresses and what a peer sends.
    private func reason(_ code: CURLcode) -> (HTTPFailure.Kind, String) {
        switch stopped {
        case .headTooLarge: return (.answerTooLarge, "headers of more than \(headLimit) bytes")
        case .bodyTooLarge: return (.answerTooLarge, "a body of more than \(bodyLimit) bytes")
        case .repetition: return (.connectionLost, "it ended before an answer came")
        case nil: break
        }
        let words = unsafe String(cString: curl_easy_strerror(code))
        return switch code {
        case CURLE_URL_MALFORMAT: (.invalidRequest, "the address is none")
        case CURLE_UNSUPPORTED_PROTOCOL where !hasLeft: (.invalidRequest, "the address is not of HTTP")
        case CURLE_COULDNT_RESOLVE_HOST: (.unresolvable, words)
        case CURLE_COULDNT_CONNECT: (.unreachable, systemReason ?? words)
        case CURLE_OPERATION_TIMEDOUT: (.timedOut, timeoutReason)
        case CURLE_PEER_FAILED_VERIFICATION:
            (.insecure, certificateFault(number(CURLINFO_SSL_VERIFYRESULT)))
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS:
            (.insecure, words)
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING: (.connectionLost, systemReason ?? words)
        case CURLE_PARTIAL_FILE: (.malformedAnswer, "it ended in the middle")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_FILESIZE_EXCEEDED:
            (.malformedAnswer, words)
        default: (.other, "\(words) (\(code.rawValue))")
        }
    }

    /// What the system said of the connection, if anything.
    private var systemReason: String? {
        let code = number(CURLINFO_OS_ERRNO)
        guard code != 0 else { return nil }
        // Constant text for every number that Linux returns.
        return unsafe strerror(Int32(truncatingIfNeeded: code)).map { unsafe String(cString: $0) }
    }

    /// How far the request came within its limit.
    var timeoutReason: String {
        guard sentBefore != nil else { return "no connection" }
        if !hasLeft { return "the request could not be written" }
        return head.isEmpty ? "no answer" : "the answer is not complete"
    }
}

/// OpenSSL's number for what is wrong with a certificate, in words; those that people meet.
private func certificateFault(_ code: Int) -> String {
    switch code {
    // libcurl compares the name by itself, before it asks for OpenSSL's verdict.
    case 0, 1, 62: "the certificate is for another name"
    case 9: "the certificate is not valid yet"
    case 10: "the certificate has expired"
    case 18: "the certificate is signed by itself"
    case 19: "an authority in the chain is signed by itself and not trusted"
    case 2, 20, 21: "the certificate's authority is not known"
    case 23: "the certificate was revoked"
    default: "the certificate is refused, OpenSSL's verify code \(code)"
    }
}
