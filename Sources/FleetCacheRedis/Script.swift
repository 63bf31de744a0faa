/// The steps that must be atomic, as scripts that run inside the server.
///
/// Times are microseconds on the server's own clock, the only one that all workers share. Lua's numbers hold them exactly;
/// they travel as text, because a number in an answer is cut to an integer of the server's choosing. Needs Redis 5 or later.
enum Script: String, CaseIterable {
    case tokenState, leaseToken, storeToken, giveUp, spendRefresh, refreshesSpent
    case begin, finish, forget
    case take, pause, pauses, add

    /// The whole text.
    var text: String { Self.prelude + body }

    /// What all scripts begin with.
    private static let prelude = """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local function int(n) return string.format('%.0f', n) end
        local function num(s) return tonumber(s or '0') or 0 end
        local function keep(key, span) redis.call('PEXPIRE', key, int(math.ceil(span / 1000))) end
        local function entry(key)
            local e = redis.call('HMGET', key, 'value', 'expires', 'generation', 'fence', 'stored', 'owner', 'lease')
            return {value = e[1], expires = num(e[2]), generation = num(e[3]), fence = num(e[4]), stored = num(e[5]),
                owner = e[6], lease = num(e[7])}
        end
        local function token(e)
            if not e.value or e.expires <= now then return {} end
            return {e.value, int(e.generation), int(e.expires - now)}
        end
        local function holder(e)
            if not e.owner or e.lease <= now then return {} end
            return {e.owner, int(e.lease - now)}
        end
        local function today() return math.floor((now + 28800000000) / 86400000000) end

        """

    private var body: String {
        switch self {
        case .tokenState, .leaseToken, .storeToken, .giveUp, .spendRefresh, .refreshesSpent: tokenBody
        case .begin, .finish, .forget: ledgerBody
        case .take, .pause, .pauses, .add: rateBody
        }
    }
}
