extension Script {
    /// The scripts about rates; each has one key.
    var rateBody: String {
        switch self {
        case .take:
            // count, interval, burst; the same arithmetic as `TokenBucket`
            """
            local count, interval, burst = num(ARGV[1]), num(ARGV[2]), num(ARGV[3])
            local start = math.max(num(redis.call('GET', KEYS[1])), now)
            local room = math.floor((burst * interval - (start - now) + 1) / interval)
            local granted = math.min(math.max(0, count), math.max(0, room))
            local full = start + granted * interval
            if granted > 0 then
                redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', int(math.ceil((full - now) / 1000) + 1))
            end
            local wait = 0
            if granted < count then wait = math.max(0, math.ceil(full - now - (burst - 1) * interval)) end
            return {int(granted), int(wait)}
            """
        case .pause:
            // field, duration, cause
            """
            local stored = redis.call('HGET', KEYS[1], ARGV[1])
            local ends = now + num(ARGV[2])
            if not stored or num(string.match(stored, '^%d+')) < ends then
                redis.call('HSET', KEYS[1], ARGV[1], int(ends) .. ' ' .. ARGV[3])
            end
            return {}
            """
        case .pauses:
            """
            local all, live = redis.call('HGETALL', KEYS[1]), {}
            for i = 1, #all, 2 do
                local ends = num(string.match(all[i + 1], '^%d+'))
                if ends > now then
                    live[#live + 1] = {all[i], string.sub(all[i + 1], #int(ends) + 2), int(ends - now)}
                else
                    redis.call('HDEL', KEYS[1], all[i])
                end
            end
            return live
            """
        default:
            // amount, duration
            """
            local value = redis.call('INCRBY', KEYS[1], ARGV[1])
            if redis.call('PTTL', KEYS[1]) < 0 then keep(KEYS[1], num(ARGV[2])) end
            return int(value)
            """
        }
    }
}
