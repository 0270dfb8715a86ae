internal import CSodium
internal import Glibc

/// The secret that chains the entries of an audit log: 32 bytes in a file of its own, so that a
/// change of the cluster's keys breaks no chain. Kept in locked memory and wiped at its end.
package final class AuditKey: @unchecked Sendable {
    static let bytesCount = Int(crypto_generichash_KEYBYTES)
    // Never written after init, so that threads may share it.
    private let storage: UnsafeMutableRawPointer

    package enum FileError: Error, Equatable, CustomStringConvertible {
        case unreadable(String, errno: CInt)
        case exposed(String)
        case malformed(String)
        case unwritable(String, errno: CInt)

        package var description: String {
            switch self {
            case .unreadable(let file, let errno), .unwritable(let file, let errno):
                "\(file): \(String(cString: strerror(errno)).lowercased())"
            case .exposed(let file):
                "\(file): others may read this secret; chmod 600 \(file)"
            case .malformed(let file): "\(file): wanted are 64 hexadecimal digits"
            }
        }
    }

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount, sodium_init() >= 0,
            let storage = sodium_malloc(Self.bytesCount)
        else { return nil }
        self.storage = storage
        storage.copyMemory(from: bytes, byteCount: Self.bytesCount)
    }

    deinit { sodium_free(storage) }

    package convenience init(file path: String) throws(FileError) {
        var text: [UInt8]
        do throws(PrivateFile.Fault) {
            text = try PrivateFile.read(path, bytesMax: 2 * Self.bytesCount + 2)
        } catch {
            switch error {
            case .unreadable(let errno): throw .unreadable(path, errno: errno)
            case .exposed: throw .exposed(path)
            }
        }
        defer { sodium_memzero(&text, text.count) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesCount)
        defer { sodium_memzero(&bytes, bytes.count) }
        let digits = text.prefix { $0 != 0x0A && $0 != 0x0D }.map { CChar(bitPattern: $0) }
        var count = 0
        let result = sodium_hex2bin(&bytes, bytes.count, digits, digits.count, nil, &count, nil)
        guard result == 0, count == Self.bytesCount, digits.count == 2 * Self.bytesCount else {
            throw .malformed(path)
        }
        guard sodium_init() >= 0, let storage = sodium_malloc(Self.bytesCount) else {
            throw .unreadable(path, errno: ENOMEM)
        }
        storage.copyMemory(from: bytes, byteCount: Self.bytesCount)
        self.init(owning: storage)
    }

    private init(owning storage: UnsafeMutableRawPointer) {
        self.storage = storage
    }

    /// The key of a file, which is made, for its owner alone, where there is none.
    package static func ofFile(_ path: String) throws(FileError) -> AuditKey {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw .unwritable(path, errno: errno) }
            return try AuditKey(file: path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesCount)
        randombytes_buf(&bytes, bytes.count)
        defer { sodium_memzero(&bytes, bytes.count) }
        var text = [CChar](repeating: 0, count: 2 * bytesCount + 1)
        sodium_bin2hex(&text, text.count, bytes, bytes.count)
        text[2 * bytesCount] = CChar(0x0A)
        defer { sodium_memzero(&text, text.count) }
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else {
            throw .unwritable(path, errno: errno)
        }
        guard let key = AuditKey(bytes: bytes) else { throw .unwritable(path, errno: ENOMEM) }
        return key
    }

    /// Keyed BLAKE2b, 32 bytes.
    func mac(of bytes: some Collection<UInt8>) -> AuditMAC {
        var mac = [UInt8](repeating: 0, count: AuditMAC.bytesCount)
        let message = Array(bytes)
        crypto_generichash(
            &mac, mac.count, message, UInt64(message.count),
            storage.assumingMemoryBound(to: UInt8.self), Self.bytesCount)
        return AuditMAC(mac)
    }
}

/// What an entry is sealed with, and the next one chained to.
package struct AuditMAC: Equatable, Sendable, CustomStringConvertible {
    static let bytesCount = 32
    private let bytes: [UInt8]

    fileprivate init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Before the first entry.
    static let none = AuditMAC([UInt8](repeating: 0, count: bytesCount))

    init?(hex: some StringProtocol) {
        let digits = hex.utf8.map { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count == 2 * Self.bytesCount else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    package var description: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
