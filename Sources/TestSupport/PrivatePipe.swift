import CLinux
import Glibc

/// A pipe whose ends no other process comes to hold by chance.
///
/// Tests start processes all the time: one that inherits the end of a pipe keeps it open for as long as it lives.
package func makePipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw BrokerError("pipe2", code: errno) }
    return (ends[0], ends[1])
}
