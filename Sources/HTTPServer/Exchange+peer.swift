import CMicroHTTPD
import Glibc
import Lane

/// What the client does besides sending requests: it ends its side, or takes its time.
extension Exchange {
    // MARK: Half-closed connections

    /// Has the lane tell when the client ends its side.
    func watchForEnd() {
        let ended = Readiness(rawValue: cmhd_peer_ended)
        watch = try? daemon.lane.watch(unsafe cmhd_socket(connection), for: ended) { _ in self.peerEnded() }
    }

    private func peerEnded() {
        if let watch { daemon.lane.cancel(watch) }
        watch = nil
        isHalfClosed = true
        // Nobody is there any more to find an answer for.
        if hasLeft { daemon.settle(id, .drop) }
        stream?.assumeIsolated { $0.peerEnded() }
        lookForEnd()
    }

    /// Whether the client counts as gone, as far as answers are concerned that are yet to be found.
    var hasLeft: Bool { isHalfClosed && !daemon.answersHalfClosed }

    /// Has libmicrohttpd look for the end of what the client sends.
    ///
    /// It overlooks an end that comes together with bytes, and would keep the connection until it was silent too long.
    func lookForEnd() {
        guard isHalfClosed else { return }
        // After what there is to read has been read.
        daemon.lane.atEndOfTurn { [self] in
            if isOpen, isReceiving { unsafe _ = shutdown(cmhd_socket(connection), Int32(SHUT_RD)) }
        }
    }

    // MARK: Slow requests

    /// Ends the connection if its request was to come before that moment.
    ///
    /// libmicrohttpd ends silent connections; one that sends a byte now and then could stay for ever.
    func cut(ifExpectedBefore moment: Moment) {
        if isReceiving, expectedSince < moment { cut() }
    }

    /// Ends the connection: libmicrohttpd finds its socket shut.
    func cut() {
        isCut = true
        unsafe _ = shutdown(cmhd_socket(connection), Int32(SHUT_RDWR))
    }
}
