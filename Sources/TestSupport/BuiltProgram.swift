package import Foundation

/// An executable of this package, from the same build as the tests.
package func builtProgram(_ name: String) -> URL {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(component: name)
}
