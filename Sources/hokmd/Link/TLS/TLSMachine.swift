internal import COpenSSL
internal import NIOCore

/// How a handshake ended.
package struct TLSHandshakeDone: Equatable, Sendable {
    package enum Version: String, Sendable {
        case tls12 = "TLSv1.2"
        case tls13 = "TLSv1.3"
    }

    package var version: Version
    /// A ticket spared the greater part of it.
    package var isResumed: Bool
    /// Of the cluster key that both know; links only.
    package var keyID: UInt32?

    package init(version: Version, isResumed: Bool, keyID: UInt32?) {
        self.version = version
        self.isResumed = isResumed
        self.keyID = keyID
    }
}

/// One connection's OpenSSL object, with buffers in place of a socket: ciphertext is fed to it and
/// taken from it, and it calls nothing of NIO's. Every call of OpenSSL's stands between
/// `ERR_clear_error` and `SSL_get_error`.
final class TLSMachine {
    let context: TLSContext
    /// What it has to say to the peer. The caller takes it after each call, and may put memory here
    /// before.
    var output = ByteBuffer()
    /// Of the cluster key that was named; good once the handshake is done.
    var keyID: UInt32?

    private let ssl: OpaquePointer
    private var input = ByteBuffer()
    private var isInputEnded = false
    private var identity: UnsafeMutableBufferPointer<UInt8>?

    enum Step: Equatable {
        case done(TLSHandshakeDone)
        case wantsInput
        case failed(TLSError)
    }

    enum Reading: Equatable {
        case read
        case wantsInput
        /// The peer says, or its transport does, that nothing comes any more.
        case ended
        case failed(TLSError)
    }

    /// - Parameter serverName: whose certificate must be shown; for who comes as a player.
    init(_ context: TLSContext, serverName: String? = nil) throws(TLSError) {
        self.context = context
        ErrorQueue.clear()
        guard let ssl = SSL_new(context.pointer) else { throw .setUp(ErrorQueue.drain()) }
        self.ssl = ssl
        guard let bio = BIO_new(BufferBIO.method.pointer) else {
            throw .setUp(ErrorQueue.drain())
        }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        SSL_set_bio(ssl, bio, bio)
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        switch context.role {
        case .players, .accepting: SSL_set_accept_state(ssl)
        case .dialling, .visiting: SSL_set_connect_state(ssl)
        }
        if let serverName { try expect(serverName) }
    }

    /// An address is looked for in the certificate as an address, and not named beforehand (RFC
    /// 6066, section 3).
    private func expect(_ name: String) throws(TLSError) {
        if X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1 { return }
        ErrorQueue.clear()
        guard SSL_set1_host(ssl, name) == 1, hokmd_SSL_set_tlsext_host_name(ssl, name) == 1 else {
            throw .setUp(ErrorQueue.drain())
        }
    }

    deinit {
        SSL_free(ssl)
        identity?.deallocate()
    }

    // MARK: - Inputs

    /// Bytes of the peer. They are used up by the calls that follow.
    func feed(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeImmutableBuffer(bytes)
        }
    }

    /// The peer's bytes end here.
    func endInput() { isInputEnded = true }

    /// Goes on with the handshake.
    func handshake() -> Step {
        ErrorQueue.clear()
        let result = SSL_do_handshake(ssl)
        let code = result == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, result)
        switch code {
        case SSL_ERROR_NONE: return finished()
        case SSL_ERROR_WANT_READ: return .wantsInput
        default:
            guard !isInputEnded else { return .failed(.endedInHandshake) }
            return .failed(.handshake(ErrorQueue.drain()))
        }
    }

    private func finished() -> Step {
        let isResumed = SSL_session_reused(ssl) == 1
        if context.role.keys != nil {
            // Else somebody answered who has a certificate and no key: not one of us.
            guard isResumed, keyID != nil else { return .failed(.unauthenticated) }
        }
        return .done(
            TLSHandshakeDone(
                version: SSL_version(ssl) == TLS1_2_VERSION ? .tls12 : .tls13,
                isResumed: isResumed && keyID == nil, keyID: keyID))
    }

    /// Decrypts one record, or what the room in `buffer` takes of it.
    func read(into buffer: inout ByteBuffer) -> Reading {
        var code = SSL_ERROR_NONE
        _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { room in
            ErrorQueue.clear()
            let result = SSL_read(ssl, room.baseAddress, Int32(clamping: room.count))
            code = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, result)
            return max(0, Int(result))
        }
        switch code {
        case SSL_ERROR_NONE: return .read
        case SSL_ERROR_WANT_READ: return .wantsInput
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(.connection(ErrorQueue.drain()))
        }
    }

    /// Encrypts all of it into `output`, in records of at most 16 KiB.
    func write(_ bytes: UnsafeRawBufferPointer) -> TLSError? {
        guard bytes.count > 0 else { return nil }
        ErrorQueue.clear()
        let result = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
        let code = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, result)
        // Our output has no end, so nothing is ever written in part.
        guard code == SSL_ERROR_NONE else { return .connection(ErrorQueue.drain()) }
        return nil
    }

    /// Says close_notify: nothing comes from us any more. Only after the handshake, and not after a
    /// failure.
    func shutDown() {
        ErrorQueue.clear()
        _ = SSL_shutdown(ssl)
        ErrorQueue.clear()
    }

    /// Keeps what OpenSSL reads after its callback has returned.
    func keepIdentity(_ bytes: [UInt8]) -> UnsafePointer<UInt8>? {
        identity?.deallocate()
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = copy.initialize(from: bytes)
        identity = copy
        return UnsafePointer(copy.baseAddress)
    }
}

// MARK: - The BIO

extension TLSMachine {
    /// Bytes copied; 0 at the end, -1 if some may yet come.
    fileprivate func take(_ count: Int, into target: UnsafeMutableRawPointer) -> Int {
        let available = min(count, input.readableBytes)
        guard available > 0 else { return isInputEnded ? 0 : -1 }
        input.readWithUnsafeReadableBytes { source in
            if let start = source.baseAddress {
                target.copyMemory(from: start, byteCount: available)
            }
            return available
        }
        // The channel uses its receive buffer again if nobody else holds it.
        if input.readableBytes == 0 { input = ByteBuffer() }
        return available
    }

    fileprivate var isAtEnd: Bool { isInputEnded && input.readableBytes == 0 }

    fileprivate var inputBytes: Int { input.readableBytes }
}

/// A BIO over a machine's buffers. OpenSSL's memory BIO would keep copies of its own for the life
/// of a connection, and its socket BIO would take the socket away from NIO.
private struct BufferBIO: @unchecked Sendable {
    // Written once, read by all threads; lives as long as the process.
    let pointer: OpaquePointer?

    static let method = BufferBIO()

    private init() {
        pointer = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "hokmd buffers")
        BIO_meth_set_read(pointer) { bio, target, count in
            guard let bio, let target, let machine = BufferBIO.machine(bio) else { return -1 }
            hokmd_BIO_clear_retry_flags(bio)
            let copied = machine.take(Int(count), into: target)
            if copied < 0 { hokmd_BIO_set_retry_read(bio) }
            return Int32(copied)
        }
        BIO_meth_set_write(pointer) { bio, source, count in
            guard let bio, let source, let machine = BufferBIO.machine(bio) else { return -1 }
            hokmd_BIO_clear_retry_flags(bio)
            machine.output.writeBytes(UnsafeRawBufferPointer(start: source, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(pointer) { bio, command, _, _ in
            guard let bio, let machine = BufferBIO.machine(bio) else { return 0 }
            return switch command {
            case BIO_CTRL_FLUSH: 1
            case BIO_CTRL_EOF: machine.isAtEnd ? 1 : 0
            case BIO_CTRL_PENDING: machine.inputBytes
            default: 0
            }
        }
    }

    private static func machine(_ bio: OpaquePointer) -> TLSMachine? {
        guard let object = BIO_get_data(bio) else { return nil }
        return Unmanaged<TLSMachine>.fromOpaque(object).takeUnretainedValue()
    }
}
