import Testing

@testable import Gateway

@Suite struct HandshakeTests {
    @Test func `SHA-1 gives the standard's examples`() {
        #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(
            hex(String(repeating: "a", count: 1000))
                == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
    }

    @Test func `the accept key is the RFC's`() {
        #expect(HandshakeKey.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `base64 pads as it should`() {
        #expect(HandshakeKey.base64(Array("f".utf8)) == "Zg==")
        #expect(HandshakeKey.base64(Array("fo".utf8)) == "Zm8=")
        #expect(HandshakeKey.base64(Array("foobar".utf8)) == "Zm9vYmFy")
        #expect(HandshakeKey.base64([]) == "")
    }

    @Test(arguments: [
        ("dGhlIHNhbXBsZSBub25jZQ==", true), ("dGhlIHNhbXBsZSBub25jZQ=", false), ("", false),
        ("dGhlIHNhbXBsZSBub25jZQ__", false), ("dGhlIHNhbXBsZSBub25jZ===", false),
        ("dGhlIHNhbXBsZSBub25jZQ== ", false),
    ])
    func `a key is 16 bytes in base64`(key: String, isValid: Bool) {
        #expect(HandshakeKey.isValid(key) == isValid)
    }

    @Test(arguments: [
        ("http://play.example", "play.example", true),
        ("https://play.example", "play.example:443", true),
        ("http://play.example:8080", "PLAY.example:8080", true),
        ("http://play.example:8080", "play.example", false),
        ("https://evil.example", "play.example", false),
        ("http://play.example.evil", "play.example", false),
        ("http://[::1]:8080", "[::1]:8080", true),
        ("null", "play.example", false),
        ("http://", "", false),
        ("https://Other.example", "play.example", true),
        ("ftp://play.example", "play.example", false),
    ])
    func `an origin is the same host or a listed one`(origin: String, host: String, ok: Bool) {
        let policy = OriginPolicy(allowed: ["https://other.example"])
        #expect(policy.allows(origin: origin, host: host) == ok)
    }

    private func hex(_ text: String) -> String {
        SHA1.digest(Array(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
