extension Duration {
    /// The longest that anything is kept: ten years.
    package static let longest = Duration.seconds(10 * 366 * 86_400)

    /// Whole microseconds, held between none and ten years, so that a sum with a time stays in range.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = min(max(self, .zero), .longest).components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
