package import Telemetry

/// An access token as the fleet knows it.
package struct CachedToken: Equatable, Sendable {
    /// The token itself.
    package let value: Secret<String>
    /// Names this token: larger than the number of every earlier token of its app, also after the cache was emptied.
    package let generation: Int64
    /// How long WeChat takes it yet, as of the answer; more than none.
    package let remaining: Duration

    /// Puts together what a cache has found.
    package init(value: Secret<String>, generation: Int64, remaining: Duration) {
        self.value = value
        self.generation = generation
        self.remaining = remaining
    }
}

/// The sole right in the fleet to fetch a token for an app, for a while.
package struct TokenLease: Hashable, Sendable {
    /// The app whose token is to be fetched.
    package let app: String
    /// Larger than the number of every lease before; the cache takes a token only under its newest number.
    package let fence: Int64

    /// Puts together what a cache has granted.
    package init(app: String, fence: Int64) {
        self.app = app
        self.fence = fence
    }
}

/// Who is fetching a token, or has failed to and asks for a break.
package struct TokenHolder: Hashable, Sendable {
    /// The worker that holds the lease.
    package let owner: String
    /// How long it holds it at most.
    package let remaining: Duration

    /// Puts together what a cache has found.
    package init(owner: String, remaining: Duration) {
        self.owner = owner
        self.remaining = remaining
    }
}

/// What the fleet knows of an app's token at one moment.
package struct TokenState: Equatable, Sendable {
    /// The token, unless there is none or its time is up.
    package let token: CachedToken?
    /// The worker that is fetching the next one, if any is.
    package let holder: TokenHolder?

    /// Puts together what a cache has found.
    package init(token: CachedToken?, holder: TokenHolder?) {
        self.token = token
        self.holder = holder
    }
}

/// The answer to a request for a lease.
package enum LeaseAnswer: Equatable, Sendable {
    /// The caller is to fetch a token.
    case granted(TokenLease)
    /// There is a newer token than the one that the caller wants to replace: use it.
    case newer(CachedToken)
    /// Somebody else is at it.
    case held(TokenHolder)
}
