/// What comes back, how, and when.
package struct Reply: Hashable, Sendable {
    /// How the bytes get to whoever asked.
    package enum Manner: Hashable, Sendable {
        /// All at once.
        case whole
        /// The header promises all of them, and the connection ends in their middle.
        case cut
        /// A few at a time, over so long.
        case slow(Duration)
        /// Not at all: the connection ends, after this time.
        case never(Duration)
    }

    /// What the body is.
    package enum Form: Hashable, Sendable {
        /// WeChat's JSON.
        case json
        /// A page of a gateway.
        case html
        /// Text for people.
        case text
    }

    /// The number that says how it went.
    package var status = 200
    /// What the body is.
    package var form = Form.json
    /// The body.
    package var body: [UInt8]
    /// How long it takes.
    package var delay = Duration.zero
    /// How it gets there.
    package var manner = Manner.whole
}
