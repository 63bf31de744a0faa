import CCurl
import Lane

/// One of libcurl's easy handles, used for one request after another.
///
/// libcurl keeps pointers to it while a request is under way; its ``TransferPool`` keeps it alive.
@safe final class Transfer {
    /// Bodies up to this size leave together with the headers, which libcurl does for what is in memory as a whole.
    private static let smallBody = 60 << 10

    let easy: UnsafeMutableRawPointer
    unowned let pool: TransferPool

    /// Who waits for the end.
    private(set) var request: HTTPRequest?
    private(set) var id: UInt64 = 0
    private var continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>?
    /// What ends the request at its limit.
    var limit: Lane.Timer?

    /// Copies of small bodies; libcurl reads them until the request is over.
    private var small: UnsafeMutableRawBufferPointer
    private var headers = HeaderList([], contentType: nil)

    // What the callbacks read and write; see Transfer+callbacks
    var upload = Upload([])
    var head: [UInt8] = []
    var body: [UInt8] = []
    var headBytes = 0
    /// Whether the empty line after the headers was there.
    var isHeadComplete = false
    var headLimit = 0
    var bodyLimit = 0
    /// Why this side has broken the request off, if it has.
    var stopped: Stop?
    /// What libcurl's count of sent bytes was before the request's first; nil until a connection is there to carry it.
    var sentBefore: Int?

    /// Reasons of ours to break a request off.
    enum Stop {
        case headTooLarge
        case bodyTooLarge
        /// libcurl was about to send it again.
        case repetition
    }

    init?(in pool: TransferPool, _ configuration: HTTPConfiguration, _ caches: SharedCaches) {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = unsafe easy
        self.pool = pool
        unsafe small = .allocate(byteCount: 1024, alignment: 16)
        headLimit = configuration.headerLimit
        setOptions(configuration, caches)
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe small.deallocate()
    }

    // MARK: One request

    /// Gets the handle ready for a request; says what is wrong with it if it can never be sent.
    func prepare(_ request: HTTPRequest, _ configuration: HTTPConfiguration) -> String? {
        let isSecure = request.url.prefix(8).lowercased() == "https://"
        // libcurl would make an address of anything.
        guard isSecure || request.url.prefix(7).lowercased() == "http://" else { return "the address is not of HTTP" }
        guard HeaderList.isLine(request.url) else { return "the address has more than one line" }
        if let fault = HeaderList.fault(in: request.headers) { return fault }
        guard unsafe ccurl_set_text(easy, CURLOPT_URL, request.url) == CURLE_OK else {
            return "the address is too long"
        }
        // Without TLS there is nobody to offer it. libcurl must not try to upgrade either.
        let mayBeNewer = isSecure && configuration.allowsHTTP2
        set(CURLOPT_HTTP_VERSION, mayBeNewer ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        switch request.method {
        case .get:
            guard setHeaders(request.headers, contentType: nil) else { return "out of memory" }
            set(CURLOPT_HTTPGET, 1)
        case .post(let body):
            guard HeaderList.isLine(body.contentType) else { return "the type of the body has more than one line" }
            guard setHeaders(request.headers, contentType: body.contentType) else { return "out of memory" }
            lend(body)
        }
        head.removeAll(keepingCapacity: true)
        body = []
        headBytes = 0
        isHeadComplete = false
        bodyLimit = request.responseLimit ?? configuration.responseLimit
        stopped = nil
        sentBefore = nil
        return nil
    }

    /// Notes whose request it is.
    func begin(
        _ request: HTTPRequest, id: UInt64,
        _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    ) {
        self.request = request
        self.id = id
        self.continuation = continuation
    }

    /// Lets go of the request, and of whoever waits for it, who is to be told at once.
    func end() -> CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>? {
        request = nil
        upload = Upload([])
        body = []
        return continuation.take()
    }

    /// Gives libcurl the body: a copy if it is small, else piece by piece from where it is.
    private func lend(_ body: HTTPBody) {
        let count = body.count
        set(CURLOPT_POST, 1)
        unsafe _ = ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count))
        upload = Upload(body.pieces)
        guard count <= Self.smallBody else {
            unsafe _ = ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
            return
        }
        if unsafe small.count < count {
            unsafe small.deallocate()
            unsafe small = .allocate(byteCount: max(count, 2 * small.count), alignment: 16)
        }
        unsafe _ = upload.read(into: small)
        unsafe _ = ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, small.baseAddress)
        upload = Upload([])
    }

    /// Gives libcurl the header lines; most requests have those of the one before.
    private func setHeaders(_ fields: [HTTPField], contentType: String?) -> Bool {
        if unsafe headers.list == nil || headers.contentType != contentType || headers.fields != fields {
            headers = HeaderList(fields, contentType: contentType)
        }
        return unsafe ccurl_set_headers(easy, headers.list) == CURLE_OK
    }

    func set(_ option: CURLoption, _ value: Int) {
        unsafe _ = ccurl_set_number(easy, option, value)
    }
}

/// Whole milliseconds, at least one: libcurl takes zero for no limit at all.
func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    let whole = min(max(seconds, 0), 1_000_000) * 1000 + max(attoseconds, 0) / 1_000_000_000_000_000
    return Int(max(whole, 1))
}
