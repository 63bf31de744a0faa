import Glibc
import Lane

/// A certificate that is made for one run, with its file for those who are to trust it; the file goes with the object.
final class OwnCertificate: Sendable {
    /// The certificate, in PEM.
    let certificate: [UInt8]
    /// Its key, in PEM; in no file by now.
    let key: [UInt8]
    /// Where the certificate is.
    let path: String
    private let directory: String

    private init(certificate: [UInt8], key: [UInt8], path: String, directory: String) {
        self.certificate = certificate
        self.key = key
        self.path = path
        self.directory = directory
    }

    deinit {
        unsafe unlink(path)
        unsafe rmdir(directory)
    }

    /// Makes a certificate for a host, this machine's own names included.
    static func make(for host: String) async throws(SandboxError) -> OwnCertificate {
        let result: Result<OwnCertificate, SandboxError> = await withCheckedContinuation { continuation in
            // The program takes its time, and waiting for it must not hold up the lane.
            do throws(LaneError) {
                try startThread(named: "openssl", stackSize: 1 << 20) {
                    continuation.resume(returning: Result { () throws(SandboxError) in try makeNow(for: host) })
                }
            } catch {
                continuation.resume(returning: .failure(.certificate("\(error)")))
            }
        }
        return try result.get()
    }

    private static func makeNow(for host: String) throws(SandboxError) -> OwnCertificate {
        guard let directory = temporaryDirectory() else { throw .certificate(FileFailure.last.reason) }
        let (path, keyPath) = ("\(directory)/certificate.pem", "\(directory)/key.pem")
        let isName = host.utf8.contains { ("g"..."z").contains(Unicode.Scalar($0)) }
        let isNew = !["127.0.0.1", "localhost", "0.0.0.0", "::", "::1"].contains(host)
        let names = "DNS:localhost,IP:127.0.0.1,IP:::1" + (isNew ? ",\(isName ? "DNS" : "IP"):\(host)" : "")
        let status = run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "30", "-subj", "/CN=wxpush sandbox", "-addext", "subjectAltName=\(names)", "-keyout", keyPath,
            "-out", path,
        ])
        defer { unsafe unlink(keyPath) }
        do throws(FileFailure) {
            guard status == 0 else { throw FileFailure(reason: "the openssl program failed or is not installed") }
            return OwnCertificate(
                certificate: try readFile(path), key: try readFile(keyPath), path: path, directory: directory)
        } catch {
            unsafe unlink(path)
            unsafe unlink(keyPath)
            unsafe rmdir(directory)
            throw .certificate("\(error.reason); give --cert and --key instead")
        }
    }

    /// A directory that nobody else can look into.
    private static func temporaryDirectory() -> String? {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/wxpush-sandbox-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { return nil }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Runs a program without any output, and gives its status.
    private static func run(_ arguments: [String]) -> Int32? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var pointers = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        unsafe pointers.append(nil)
        var child = pid_t()
        guard unsafe posix_spawnp(&child, arguments[0], &actions, nil, pointers, environ) == 0 else { return nil }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return nil }
        }
        return status
    }
}
