internal import CSodium

/// Base64 with `-` and `_`, without padding (RFC 4648 section 5).
enum Base64URL {
    private static let variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING

    static func encode(_ bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
        sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
        return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Returns: `nil` unless the text is the encoding of exactly `count` bytes.
    static func decode(_ text: String, count: Int) -> [UInt8]? {
        let characters = text.utf8.map { CChar(bitPattern: $0) }
        guard characters.count == (count * 4 + 2) / 3 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        var decoded = 0
        let status = sodium_base642bin(
            &bytes, count, characters, characters.count, nil, &decoded, nil, variant)
        return status == 0 && decoded == count ? bytes : nil
    }
}
