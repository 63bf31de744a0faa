extension Script {
    /// The scripts about the send ledger; a key for each job.
    var ledgerBody: String {
        switch self {
        case .begin:
            // For each key: owner, lease, keep.
            """
            local answers = {}
            for i, key in ipairs(KEYS) do
                local owner, lease, span = ARGV[3 * i - 2], num(ARGV[3 * i - 1]), num(ARGV[3 * i])
                local e = redis.call('HMGET', key, 'owner', 'since', 'lease', 'result')
                if e[4] then
                    answers[i] = {'finished', e[4]}
                elseif e[1] and num(e[3]) > now then
                    answers[i] = {'inFlight', e[1], int(math.max(0, now - num(e[2])))}
                else
                    redis.call('HSET', key, 'owner', owner, 'lease', int(now + lease))
                    if e[1] then
                        answers[i] = {'abandoned', e[1], int(math.max(0, now - num(e[2])))}
                    else
                        redis.call('HSET', key, 'since', int(now))
                        answers[i] = {'fresh'}
                    end
                    keep(key, math.max(lease, span))
                end
            end
            return answers
            """
        case .finish:
            // For each key: result, keep.
            """
            local answers = {}
            for i, key in ipairs(KEYS) do
                local first = redis.call('HGET', key, 'result')
                if first then
                    answers[i] = {first}
                else
                    redis.call('HSET', key, 'result', ARGV[2 * i - 1])
                    keep(key, num(ARGV[2 * i]))
                    answers[i] = {}
                end
            end
            return answers
            """
        default:
            // 'held' and the owner, or 'all'
            """
            for _, key in ipairs(KEYS) do
                local e = redis.call('HMGET', key, 'owner', 'result')
                if ARGV[1] == 'all' or (e[1] == ARGV[2] and not e[2]) then redis.call('DEL', key) end
            end
            return {}
            """
        }
    }
}
