// A program for the tests of signals: says when it is ready, names each signal that arrives, and ends with SIGTERM.

import Glibc
import Lane

func say(_ line: String) {
    var bytes = Array("\(line)\n".utf8)
    write(1, &bytes, bytes.count)
}

Signals.block([SIGHUP, SIGINT, SIGTERM])
let lane = try Lane(name: "signals")
let stream = lane.run { try? lane.signals([SIGHUP, SIGINT, SIGTERM]) }
guard let stream else { exit(1) }
say("ready")
lane.run {
    for await signal in stream {
        say("signal \(signal)")
        if signal == SIGTERM { break }
    }
}
say("stopped")
