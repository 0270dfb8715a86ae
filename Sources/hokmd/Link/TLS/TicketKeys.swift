internal import COpenSSL
package import Gossip
internal import Synchronization

/// The keys of session tickets. They follow from the cluster's key and the day, so a player who
/// comes to another balancer, or to one that was restarted, resumes there, and nobody hands keys
/// around. A ticket is good on its day and the next (RFC 5077, section 4; RFC 8446, section 4.6.1).
package final class TicketKeys: Sendable {
    /// A ticket's life in seconds; with it, the key of the day before is enough.
    static let lifeSeconds = 86_400

    /// One key: what is made of it, and the name by which a ticket tells.
    struct Ring: Sendable {
        var name: [UInt8]
        var cipher: Key
        var mac: Key
    }

    /// The first one seals.
    private let rings: Mutex<[Ring]>

    /// - Parameter day: days since 1970, UTC.
    package init(keyring: Keyring, day: UInt64) {
        rings = Mutex(Self.rings(keyring, day))
    }

    /// On a new day and for a new keyring; tickets of the ones before stay good.
    package func update(keyring: Keyring, day: UInt64) {
        let new = Self.rings(keyring, day)
        rings.withLock { $0 = new }
    }

    /// Today's keys first. Tomorrow's are accepted too: another clock may be ahead.
    private static func rings(_ keyring: Keyring, _ day: UInt64) -> [Ring] {
        [day, day &- 1, day &+ 1].flatMap { day in
            keyring.keys.compactMap { key in
                guard let name = key.derived(3 &* day, context: "hokmdTkt"),
                    let cipher = key.derived(3 &* day &+ 1, context: "hokmdTkt"),
                    let mac = key.derived(3 &* day &+ 2, context: "hokmdTkt")
                else { return nil }
                return Ring(
                    name: name.withUnsafeBytes { Array($0.prefix(nameBytes)) }, cipher: cipher,
                    mac: mac)
            }
        }
    }
}

// MARK: - OpenSSL's side

extension TicketKeys {
    private static let nameBytes = 16
    private static let vectorBytes = 16

    /// What OpenSSL's callback returns.
    private enum Answer {
        static let failed: Int32 = -1
        static let unknown: Int32 = 0
        static let good: Int32 = 1
        static let renew: Int32 = 2
    }

    /// Prepares to seal a ticket, or to open one (SSL_CTX_set_tlsext_ticket_key_evp_cb).
    func prepare(
        seals: Bool, isSingleUse: Bool, name: UnsafeMutablePointer<UInt8>,
        vector: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer, mac: OpaquePointer
    ) -> Int32 {
        let rings = rings.withLock { $0 }
        guard let first = rings.first else { return Answer.unknown }
        if seals {
            guard RAND_bytes(vector, Int32(Self.vectorBytes)) == 1 else { return Answer.failed }
            for (index, byte) in first.name.enumerated() { name[index] = byte }
            let isReady = first.prepare(cipher, mac, vector, EVP_EncryptInit_ex)
            return isReady ? Answer.good : Answer.failed
        }
        let wanted = UnsafeBufferPointer(start: name, count: Self.nameBytes)
        guard let index = rings.firstIndex(where: { $0.name.elementsEqual(wanted) }) else {
            return Answer.unknown
        }
        guard rings[index].prepare(cipher, mac, vector, EVP_DecryptInit_ex) else {
            return Answer.failed
        }
        // A ticket of TLS 1.3 is for one use (RFC 8446, appendix C.4), so a new one follows.
        return index == 0 && !isSingleUse ? Answer.good : Answer.renew
    }
}

extension TicketKeys.Ring {
    fileprivate typealias Start = (
        OpaquePointer?, OpaquePointer?, OpaquePointer?, UnsafePointer<UInt8>?,
        UnsafePointer<UInt8>?
    ) -> Int32

    fileprivate func prepare(
        _ context: OpaquePointer, _ mac: OpaquePointer, _ vector: UnsafePointer<UInt8>,
        _ start: Start
    ) -> Bool {
        let hasCipher = cipher.withUnsafeBytes { key in
            start(
                context, EVP_aes_256_cbc(), nil,
                key.baseAddress?.assumingMemoryBound(to: UInt8.self), vector)
        }
        let hasMAC = self.mac.withUnsafeBytes { key in
            hokmd_ticket_mac_init(
                mac, key.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count)
        }
        return hasCipher == 1 && hasMAC == 1
    }
}
