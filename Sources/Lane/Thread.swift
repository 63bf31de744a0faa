import CLinux
import Glibc

/// Starts a detached thread with a stack of its own size, all signals blocked.
///
/// Signals are the business of the lane that watches for them; no other thread is to be interrupted.
package func startThread(
    named name: String, stackSize: Int, _ body: @escaping @Sendable () -> Void
) throws(LaneError) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    guard unsafe pthread_attr_setstacksize(&attributes, stackSize) == 0 else {
        throw LaneError(call: "pthread_attr_setstacksize", code: EINVAL)
    }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

    final class Body {
        let call: @Sendable () -> Void
        init(_ call: @escaping @Sendable () -> Void) { self.call = call }
    }
    let argument = unsafe Unmanaged.passRetained(
        Body {
            // Linux keeps the first 15 bytes.
            unsafe name.withCString { _ = unsafe clinux_name_thread($0) }
            body()
        })
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread, &attributes,
        { pointer in
            guard let pointer = unsafe pointer else { return nil }
            unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().call()
            return nil
        }, argument.toOpaque())
    guard code == 0 else {
        unsafe argument.release()
        throw LaneError(call: "pthread_create", code: code)
    }
}
