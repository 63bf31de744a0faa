import Glibc

extension ChildProcess {
    /// Starts the program and returns its process identifier.
    static func spawn(_ setting: Setting) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input = setting.input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        let output = setting.output ?? "/dev/null"
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        guard SpawnExtras.changeDirectory(&actions, setting.directory) == 0, SpawnExtras.closeFrom(&actions, 3) == 0
        else { throw BrokerError("the C library lacks an extension of posix_spawn") }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let requests = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP]
        var mask = signals(setting.isShielded ? requests : [])
        posix_spawnattr_setsigmask(&attributes, &mask)
        var defaults = signals(requests + [SIGPIPE, SIGCHLD])
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        let flags = SpawnExtras.newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var processID: pid_t = 0
        let code = withCStrings([setting.executable] + setting.arguments) { arguments in
            withCStrings(setting.environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&processID, setting.executable, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw BrokerError("starting \(setting.executable)", code: code) }
        return processID
    }

    private static func signals(_ numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
