/// What a repeated message is recognised by: whom it is for and its `client_msg_id`.
///
/// A hash of both. There may be a million of them, and forgetting as many pairs of strings would hold up the lane; that
/// two of a million messages share one of 2^64 hashes is not to be expected.
struct ClientMessage: Hashable {
    private let fingerprint: Int

    /// A message to somebody.
    init(to openid: String, key: String) {
        var hasher = Hasher()
        hasher.combine(openid)
        hasher.combine(key)
        fingerprint = hasher.finalize()
    }
}
