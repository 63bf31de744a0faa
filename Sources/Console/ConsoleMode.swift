/// What stands behind the page.
package enum ConsoleMode: String, Sendable {
    /// A worker, in whose process it is.
    case worker
    /// `wxpush dead serve`: the broker and the cache alone.
    case serve
}
