import Foundation
import Synchronization

private let lastNumber = Atomic<Int>(0)

/// A queue, exchange or tag name that no other call, in this process or another, has returned.
package func uniqueName(_ prefix: String) -> String {
    let number = lastNumber.add(1, ordering: .relaxed).newValue
    let run = String(UInt32.random(in: .min ... .max), radix: 36)
    return "\(prefix)-\(ProcessInfo.processInfo.processIdentifier)-\(number)-\(run)"
}
