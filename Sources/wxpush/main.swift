import CLinux
import Glibc
import Lane

// Before any thread is made: a signal that one thread lets through ends the process.
Signals.block([SIGINT, SIGTERM, SIGHUP, SIGPIPE])
// Large bodies go back to the system when they are freed, instead of staying with the heap.
mallopt(M_MMAP_THRESHOLD, 1 << 20)

do {
    try WorkerProcess.endWithInput()
    let lane = try Lane(name: "main")
    let code = lane.run { await Program.run(Array(CommandLine.arguments.dropFirst()), on: lane) }
    exit(code)
} catch {
    // No thread, no program: the system is out of threads or descriptors.
    let line = Array("wxpush: \(error)\n".utf8)
    write(STDERR_FILENO, line, line.count)
    exit(1)
}
