internal import COpenSSL
internal import Glibc
internal import Gossip
internal import Synchronization

/// A certificate with its chain, and its key, as PEM files.
package struct CertificateFiles: Hashable, Sendable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Loads both and has OpenSSL compare them.
    func load(into context: OpaquePointer) throws(TLSError) {
        // OpenSSL would ask for a key's pass phrase at the terminal.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
        ErrorQueue.clear()
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw .certificate(file: certificate, reason: ErrorQueue.drain())
        }
        // Fails too when the key is not that of the certificate before.
        guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1,
            SSL_CTX_check_private_key(context) == 1
        else { throw .certificate(file: key, reason: ErrorQueue.drain()) }
    }

    /// Loads both as the player port would, and says how long the certificate is good; nil where its
    /// dates are none.
    package func validity() throws(TLSError) -> CertificateValidity? {
        guard let key = Key.generate() else { throw .setUp("there is no locked memory for keys") }
        let tickets = TicketKeys(keyring: Keyring(primary: key), day: 0)
        return try TLSContext.players(certificates: [self], tickets: tickets).validity
    }

    /// What tells a file from the one that was there before, without reading it.
    fileprivate struct Stamp: Equatable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    fileprivate var stamps: [Stamp?] { [Stamp(certificate), Stamp(key)] }
}

/// The certificates that are in use now. Loops ask for `context` once for each connection they
/// accept; what reads files is called from elsewhere.
package final class TLSCertificates: Sendable {
    private struct State {
        var context: TLSContext
        var stamps: [CertificateFiles.Stamp?]
    }

    private let files: [CertificateFiles]
    private let tickets: TicketKeys
    private let state: Mutex<State>

    /// - Parameter files: pairs of different kinds (RSA, ECDSA), at least one.
    package init(_ files: [CertificateFiles], tickets: TicketKeys) throws(TLSError) {
        precondition(!files.isEmpty, "a server has a certificate")
        self.files = files
        self.tickets = tickets
        let stamps = files.flatMap(\.stamps)
        let context = try TLSContext.players(certificates: files, tickets: tickets)
        state = Mutex(State(context: context, stamps: stamps))
    }

    package var context: TLSContext { state.withLock { $0.context } }

    /// How long the certificate in use is good.
    package var validity: CertificateValidity? { context.validity }

    /// Reads the files again. On an error the certificates before stay in use.
    package func reload() throws(TLSError) {
        try replace(stamps: files.flatMap(\.stamps))
    }

    /// Reads the files again if they are not what they were at the last attempt.
    ///
    /// - Returns: whether new certificates are in use.
    package func reloadIfChanged() throws(TLSError) -> Bool {
        let stamps = files.flatMap(\.stamps)
        guard state.withLock({ $0.stamps != stamps }) else { return false }
        try replace(stamps: stamps)
        return true
    }

    /// The stamps are from before the files are read: what changes meanwhile is seen the next time.
    private func replace(stamps: [CertificateFiles.Stamp?]) throws(TLSError) {
        state.withLock { $0.stamps = stamps }
        let context = try TLSContext.players(certificates: files, tickets: tickets)
        state.withLock { $0.context = context }
    }
}
