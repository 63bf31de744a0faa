package import HTTPServer
import Lane
package import Telemetry

/// Knows who may ask: who carries the token, or has logged in with it; everybody where none is configured.
///
/// Nothing here waits. Who shows a wrong token is told to come back later, and is not listened to until then.
package final class AccessGuard: Sendable {
    private struct State {
        var brake = GuessBrake()
        var sessions = Sessions()
        var port = 0
    }

    private let token: Secret<String>?
    private let log: Log?
    private let state = Locked(State())
    /// What stands for a session's proof where nobody has to log in.
    private let proof = RandomWord.make()

    /// A guard for a token; nil where nobody but this machine can ask.
    package init(_ token: Secret<String>?, log: Log? = nil) {
        self.token = token
        self.log = log
    }

    /// Whether a token has to be shown.
    var needsToken: Bool { token != nil }

    /// The port that the server listens on: cookies know no ports, so it is part of their name.
    func use(port: Int) { state.withLock { $0.port = port } }

    // MARK: Who asks

    /// Who has sent a request.
    func identify(_ request: ServerRequest, at now: Moment = .now) -> Asker {
        guard token != nil else { return Asker(peer: request.peer, standing: .open(proof: proof)) }
        if let shown = Self.bearer(request.header("Authorization")) {
            switch check(shown, of: request.peer, at: now) {
            case .right: return Asker(peer: request.peer, standing: .bearer)
            case .wrong: return Asker(peer: request.peer, standing: .nobody)
            case .tooEarly(let pause): return Asker(peer: request.peer, standing: .held(pause))
            }
        }
        guard let session = session(of: request, at: now) else { return Asker(peer: request.peer, standing: .nobody) }
        return Asker(peer: request.peer, standing: .session(mark: session.mark, proof: session.proof))
    }

    /// Whether somebody who was let in may still see what they have asked for: who listens for long may have logged out meanwhile.
    ///
    /// No guess, and so nothing that others do wrong at the same address plays a part.
    package func stillAdmits(_ request: ServerRequest) -> Bool {
        guard token != nil else { return true }
        if let shown = Self.bearer(request.header("Authorization")) { return isToken(shown) }
        return session(of: request, at: .now) != nil
    }

    private func session(of request: ServerRequest, at now: Moment) -> Sessions.Session? {
        state.withLock { state in
            for cookie in Self.cookies(named: Self.cookieName(state.port), in: request.header("Cookie")) {
                if let session = state.sessions.find(cookie, at: now) { return session }
            }
            return nil
        }
    }

    /// What a token that somebody shows is worth.
    enum Verdict: Equatable {
        case right
        case wrong
        /// It was not looked at.
        case tooEarly(Duration)
    }

    /// Looks at a token, unless its bearer has shown wrong ones.
    func check(_ shown: String, of peer: String, at now: Moment = .now) -> Verdict {
        let verdict = state.withLock { state -> Verdict in
            let stance = state.brake.stance(towards: peer, at: now)
            if case .held(let pause) = stance { return .tooEarly(pause) }
            let isRight = isToken(shown)
            state.brake.note(isRight: isRight, from: peer, at: now)
            if isRight { return .right }
            if case .doubted(let pause) = stance { return .tooEarly(pause) }
            return .wrong
        }
        if verdict == .wrong { log?.warning("wrong token", ["peer": peer]) }
        return verdict
    }

    /// Whether a word is the token; the one place where it is compared.
    private func isToken(_ shown: String) -> Bool {
        token.map { Self.isSame(Array(shown.utf8), Array($0.reveal().utf8)) } ?? true
    }

    // MARK: Sessions

    /// Lets somebody in who has shown the token; returns who it is now, and the cookie.
    func logIn(_ request: ServerRequest, at now: Moment = .now) -> (asker: Asker, cookie: String) {
        let (session, word, name) = state.withLock { state in
            let name = Self.cookieName(state.port)
            for cookie in Self.cookies(named: name, in: request.header("Cookie")) { state.sessions.forget(cookie) }
            let (session, word) = state.sessions.open(at: now)
            return (session, word, name)
        }
        log?.info("logged in", ["peer": request.peer, "session": session.mark])
        let asker = Asker(peer: request.peer, standing: .session(mark: session.mark, proof: session.proof))
        let seconds = Sessions.lifetime.components.seconds
        return (asker, "\(name)=\(word); Max-Age=\(seconds); Path=/; HttpOnly; SameSite=Strict")
    }

    /// Forgets the session of a request; returns what takes its cookie away.
    func logOut(_ request: ServerRequest, _ asker: Asker) -> String {
        let name = state.withLock { state in
            let name = Self.cookieName(state.port)
            for cookie in Self.cookies(named: name, in: request.header("Cookie")) { state.sessions.forget(cookie) }
            return name
        }
        log?.info("logged out", ["peer": asker.peer, "session": asker.session])
        return "\(name)=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict"
    }

    // MARK: Reading

    private static func cookieName(_ port: Int) -> String { "wxpush_\(port)" }

    /// The values that cookies of a name have; there may be several, set for several paths.
    private static func cookies(named name: String, in header: String?) -> [String] {
        (header ?? "").split(separator: ";").compactMap { pair in
            let pair = pair.drop { $0 == " " }
            return pair.hasPrefix("\(name)=") ? String(pair.dropFirst(name.count + 1)) : nil
        }
    }

    /// What follows `Bearer`; nil if the field is of another kind.
    private static func bearer(_ field: String?) -> String? {
        guard let parts = field?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return String(parts[1].drop { $0 == " " })
    }

    /// Compares in a time that depends on what is shown alone, so that nobody can guess the token piece by piece.
    static func isSame(_ shown: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard !wanted.isEmpty else { return false }
        var difference = shown.count ^ wanted.count
        for (index, byte) in shown.enumerated() { difference |= Int(byte ^ wanted[index % wanted.count]) }
        return difference == 0
    }
}
