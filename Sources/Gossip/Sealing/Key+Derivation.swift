internal import CSodium

extension Key {
    /// A key for another purpose, from which nothing about this one follows: libsodium's
    /// `crypto_kdf`, keyed BLAKE2b.
    ///
    /// - Parameters:
    ///   - number: tells the keys of one purpose apart.
    ///   - context: the purpose, in exactly eight ASCII letters.
    /// - Returns: nil if the system has no locked memory left.
    package func derived(_ number: UInt64, context: StaticString) -> Key? {
        precondition(
            context.utf8CodeUnitCount == Int(crypto_kdf_CONTEXTBYTES), "a context has 8 letters")
        var bytes = [UInt8](repeating: 0, count: Key.bytesCount)
        defer { sodium_memzero(&bytes, bytes.count) }
        let name = context.withUTF8Buffer { $0.map { CChar(bitPattern: $0) } }
        let result = crypto_kdf_derive_from_key(
            &bytes, bytes.count, number, name, storage.assumingMemoryBound(to: UInt8.self))
        return result == 0 ? Key(bytes: bytes) : nil
    }

    /// Shows the key's bytes to a library that needs them; they MUST NOT outlive the call.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: storage, count: Key.bytesCount))
    }
}
