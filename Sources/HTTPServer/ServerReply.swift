/// How to go on with a request.
package enum ServerReply: Sendable {
    /// Answers at once: by far the cheapest.
    case now(ServerResponse)
    /// Answers when a task on the server's lane has found out what; it is cancelled if the server stops without it.
    ///
    /// The other connections go on meanwhile. Whether it is cancelled too when the client has ended its side of the connection says
    /// ``ServerConfiguration/answersHalfClosed``; other clients that have left are noticed when the answer is sent.
    case later(@Sendable () async -> ServerResponse)
    /// Ends the connection without an answer.
    case drop
    /// Ends the connection without an answer, after a while.
    case dropLater(Duration)
}
