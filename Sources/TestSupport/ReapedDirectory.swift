package import Foundation
import Glibc
import Lane

/// A temporary directory that goes away for sure, together with every process started under its ``marker``.
///
/// A small shell, the reaper, reads from one end of a socket pair whose other end only this process holds. However
/// this process ends, by `exit`, by a trap or by SIGKILL, the kernel closes that end; the reaper then kills the marked
/// processes by number and removes the directory. It lives in a session of its own, so Ctrl-C spares it.
package final class ReapedDirectory: Sendable {
    /// The directory.
    package let url: URL
    /// The environment variable by which the reaper knows the processes it must kill.
    package let marker: (name: String, value: String)
    /// The process identifier of the reaper.
    package var reaperID: Int32 { reaper.processID }

    private let reaper: ChildProcess
    private let ownersEnd: Locked<Int32?>

    /// Makes the directory, readable by this user only, and starts its reaper.
    package init(prefix: String) throws {
        let template = FileManager.default.temporaryDirectory.appending(component: "\(prefix).XXXXXX").path
        var path = template.utf8CString.map { $0 }
        guard mkdtemp(&path) != nil else { throw BrokerError("mkdtemp \(template)", code: errno) }
        url = URL(filePath: String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        marker = ("REAPED_DIRECTORY", url.path)

        var ends: [Int32] = [-1, -1]
        // Close-on-exec from birth: a child that any thread starts meanwhile must not come to hold the owner's end.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw BrokerError("socketpair", code: errno) }
        defer { _ = Glibc.close(ends[0]) }
        var setting = ChildProcess.Setting("/bin/sh", ["-c", Self.script, "reaper", url.path])
        setting.environment = ["PATH": "/usr/bin:/bin"]
        setting.input = ends[0]
        // From birth, as the script's own trap comes a moment later.
        setting.isShielded = true
        do {
            reaper = try ChildProcess(setting)
        } catch {
            _ = Glibc.close(ends[1])
            throw error
        }
        ownersEnd = Locked(ends[1])
    }

    deinit {
        release()
    }

    /// Kills the marked processes, removes the directory and returns when both is done; later calls only wait.
    package func remove() async {
        release()
        _ = await reaper.exit()
    }

    private func release() {
        ownersEnd.withLock { descriptor in
            if let open = descriptor { _ = Glibc.close(open) }
            descriptor = nil
        }
    }

    /// What the reaper runs; its first argument is the directory.
    ///
    /// A process belongs to the directory when its environment says so: that finds the broker before it has written
    /// its pid file, the epmd it left behind and a command line tool in flight, and never a stranger. A dying process
    /// loses its environment before its sockets, so the reaper also waits for the end of each, threads included; a
    /// zombie counts as ended, as there may be nobody to bury it.
    static let script = """
        trap '' HUP INT QUIT TERM TSTP
        while read -r _; do :; done
        ending() {
            stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
            case ${stat##*) } in Z*|X*) set -- /proc/"$1"/task/*; [ $# -gt 1 ];; esac
        }
        killed=
        round=0
        while [ $round -lt 400 ]; do
            found=$(grep -lzsxF -e "REAPED_DIRECTORY=$1" /proc/[0-9]*/environ)
            [ -n "$found" ] || break
            for file in $found; do
                process=${file#/proc/}
                process=${process%/environ}
                kill -CONT "$process" 2>/dev/null
                kill -KILL "$process" 2>/dev/null
                killed="$killed $process"
            done
            round=$((round + 1))
            sleep 0.02
        done
        for process in $killed; do
            while [ $round -lt 800 ] && ending "$process"; do
                round=$((round + 1))
                sleep 0.02
            done
        done
        rm -rf -- "$1"
        """
}
