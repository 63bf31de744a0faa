extension String {
    /// The text if it has so many bytes at most, else its beginning and an ellipsis, which have so many together.
    ///
    /// What stands in letters can be as long as somebody likes; what is kept of it, listed and counted shall not.
    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var (length, count) = (unicodeScalars.startIndex, 0)
        let room = limit - Self.ellipsis.utf8.count
        while length < unicodeScalars.endIndex {
            count += unicodeScalars[length].utf8.count
            if count > room { break }
            length = unicodeScalars.index(after: length)
        }
        return self[..<length] + Self.ellipsis
    }

    private static let ellipsis = "…"
}
