import Glibc

/// What glibc can do when it spawns a process but the Glibc module does not declare.
enum SpawnExtras {
    private typealias WithPath = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Int32
    private typealias WithNumber = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32

    /// `POSIX_SPAWN_SETSID`: the child leads a session of its own.
    static let newSession: Int32 = 0x80

    /// Makes the child start in a directory; 0 on success.
    static func changeDirectory(_ actions: inout posix_spawn_file_actions_t, _ path: String) -> Int32 {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else { return ENOSYS }
        return unsafeBitCast(symbol, to: WithPath.self)(&actions, path)
    }

    /// Makes the child close every descriptor from that one on; 0 on success.
    ///
    /// A child that kept a test's socket open would hide the test's own close from the peer.
    static func closeFrom(_ actions: inout posix_spawn_file_actions_t, _ first: Int32) -> Int32 {
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return ENOSYS }
        return unsafeBitCast(symbol, to: WithNumber.self)(&actions, first)
    }
}
