internal import COpenSSL
package import Gossip

/// The pre-shared keys of links, one for each of the cluster's keys (RFC 8446, section 2.2). A
/// dialler offers that of the primary; who accepts takes any, so links go on while keys change.
package struct LinkKeys: Sendable {
    private struct Entry {
        /// The id of the cluster key that it comes from.
        var id: UInt32
        var secret: Key
    }

    private let entries: [Entry]

    /// In the ClientHello in the clear: says no more than packets of gossip do.
    private static let identityPrefix = "hokmd-link-1/"

    package init(keyring: Keyring) {
        entries = keyring.keys.compactMap { key in
            key.derived(1, context: "hokmdLnk").map { Entry(id: key.id, secret: $0) }
        }
    }

    func contains(_ id: UInt32) -> Bool {
        entries.contains { $0.id == id }
    }

    /// What a dialler offers.
    var primary: (id: UInt32, identity: [UInt8])? {
        entries.first.map { ($0.id, Self.identity($0.id)) }
    }

    /// The id of the key that a ClientHello names; nil if it is none of ours.
    func id(of identity: UnsafeBufferPointer<UInt8>) -> UInt32? {
        entries.first { identity.elementsEqual(Self.identity($0.id)) }?.id
    }

    /// A session for OpenSSL, which takes a reference. Its hash is that of the cipher suite: SHA-256.
    func session(_ id: UInt32, for ssl: OpaquePointer) -> OpaquePointer? {
        guard let entry = entries.first(where: { $0.id == id }) else { return nil }
        // TLS_AES_128_GCM_SHA256, by its number (RFC 8446, appendix B.4).
        let suite: [UInt8] = [0x13, 0x01]
        guard let cipher = SSL_CIPHER_find(ssl, suite), let session = SSL_SESSION_new() else {
            return nil
        }
        let isSet = entry.secret.withUnsafeBytes { secret in
            SSL_SESSION_set1_master_key(
                session, secret.baseAddress?.assumingMemoryBound(to: UInt8.self), secret.count) == 1
                && SSL_SESSION_set_cipher(session, cipher) == 1
                && SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION) == 1
        }
        guard isSet else {
            SSL_SESSION_free(session)
            return nil
        }
        return session
    }

    private static func identity(_ id: UInt32) -> [UInt8] {
        let digits = String(id, radix: 16)
        return Array(
            (identityPrefix + String(repeating: "0", count: 8 - digits.count) + digits).utf8)
    }
}
