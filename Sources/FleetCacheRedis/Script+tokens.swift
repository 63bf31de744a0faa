extension Script {
    /// The scripts about tokens; each has one key.
    var tokenBody: String {
        switch self {
        case .tokenState:
            """
            local e = entry(KEYS[1])
            return {token(e), holder(e)}
            """
        case .leaseToken:
            // generation or '', owner, duration
            """
            local e = entry(KEYS[1])
            local cached, held = token(e), holder(e)
            if #cached > 0 and cached[2] ~= ARGV[1] then return {'newer', cached} end
            if #held > 0 then return {'held', held} end
            local fence = math.max(e.fence + 1, now)
            redis.call('HSET', KEYS[1], 'fence', int(fence), 'owner', ARGV[2], 'lease', int(now + ARGV[3]))
            return {'granted', int(fence)}
            """
        case .storeToken:
            // fence, value, lifetime
            """
            local e = entry(KEYS[1])
            if int(e.fence) ~= ARGV[1] then return {} end
            if e.stored == e.fence then return token(e) end
            e.value, e.expires, e.generation = ARGV[2], now + ARGV[3], math.max(e.generation + 1, now)
            redis.call('HSET', KEYS[1], 'value', e.value, 'expires', int(e.expires), 'generation', int(e.generation),
                'stored', int(e.fence))
            redis.call('HDEL', KEYS[1], 'owner', 'lease')
            return token(e)
            """
        case .giveUp:
            // fence, pause
            """
            local e = entry(KEYS[1])
            if int(e.fence) == ARGV[1] and e.stored ~= e.fence then
                redis.call('HSET', KEYS[1], 'lease', int(now + ARGV[2]))
            end
            return {}
            """
        case .spendRefresh:
            // limit, spacing
            """
            local e = redis.call('HMGET', KEYS[1], 'day', 'spent', 'last')
            local day = today()
            local spent = 0
            if e[1] and num(e[1]) == day then spent = num(e[2]) end
            if spent >= num(ARGV[1]) then
                return {'exhausted', int(spent), int((day + 1) * 86400000000 - 28800000000 - now)}
            end
            local next = num(e[3]) + num(ARGV[2])
            if e[3] and next > now then return {'tooSoon', int(next - now)} end
            redis.call('HSET', KEYS[1], 'day', int(day), 'spent', int(spent + 1), 'last', int(now))
            keep(KEYS[1], math.max(172800000000, num(ARGV[2])))
            return {'granted', int(spent + 1)}
            """
        default:
            """
            local e = redis.call('HMGET', KEYS[1], 'day', 'spent')
            if e[1] and num(e[1]) == today() then return int(num(e[2])) end
            return '0'
            """
        }
    }
}
