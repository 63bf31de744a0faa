/// How to go on with a request.
package enum ServerReply: Sendable {
    /// Answers at once: by far the cheapest.
    case now(ServerResponse)
    /// Answers when a task on the server's lane has found out what; it is cancelled if the server stops without it.
    ///
    /// The other connections go on meanwhile. A client that has left by then is noticed when the answer is sent.
    case later(@Sendable () async -> ServerResponse)
    /// Ends the connection without an answer.
    case drop
    /// Ends the connection without an answer, after a while.
    case dropLater(Duration)
}
