internal import CSodium
package import Game
internal import Wire

/// What a token opens: one seat of one room, for one player.
package struct SeatClaim: Hashable, Sendable {
    package var room: RoomCode
    package var seat: Seat
    /// Tells a room from a later one with the same code.
    package var roomInstance: UInt64
    /// Counts the tokens of this seat; the room knows which are still good.
    package var generation: UInt32
    /// Seconds since 1970 after which no node takes the token.
    package var expires: UInt64

    package init(
        room: RoomCode, seat: Seat, roomInstance: UInt64, generation: UInt32, expires: UInt64
    ) {
        self.room = room
        self.seat = seat
        self.roomInstance = roomInstance
        self.generation = generation
        self.expires = expires
    }
}

/// Seals and opens tokens under a key that all nodes share, so that any of them can check one
/// without asking anybody.
///
/// XChaCha20-Poly1305 with a random nonce, in URL-safe base64. The key is wiped when the last
/// owner goes.
package final class SeatTokens: Sendable {
    /// The first seals, all open.
    private let keys: [TokenKey]

    private static let nonceBytes = 24
    private static let tagBytes = 16
    private static let claimBytes = 4 + 1 + 8 + 4 + 8
    private static let tokenBytes = nonceBytes + claimBytes + tagBytes
    private static let context = Array("hokmd seat v1".utf8)

    /// - Parameter keys: of 32 bytes each; the first seals new tokens, the others open older ones.
    package init(keys: [[UInt8]]) {
        precondition(sodium_init() >= 0, "libsodium cannot start: no source of randomness")
        precondition(
            !keys.isEmpty && keys.allSatisfy { $0.count == 32 },
            "XChaCha20-Poly1305 has keys of 32 bytes")
        self.keys = keys.map { TokenKey($0) }
    }

    package convenience init(key: [UInt8]) {
        self.init(keys: [key])
    }

    /// With a key of its own: the tokens are good as long as this process lives.
    package convenience init() {
        var key = [UInt8](repeating: 0, count: 32)
        randombytes_buf(&key, key.count)
        self.init(key: key)
        sodium_memzero(&key, key.count)
    }

    package func seal(_ claim: SeatClaim) -> String {
        var writer = WireWriter(reserving: Self.claimBytes)
        writer.fixed(claim.room.number)
        writer.byte(claim.seat.rawValue)
        writer.fixed(claim.roomInstance)
        writer.fixed(claim.generation)
        writer.fixed(claim.expires)
        var nonce = [UInt8](repeating: 0, count: Self.nonceBytes)
        randombytes_buf(&nonce, nonce.count)
        var sealed = [UInt8](repeating: 0, count: Self.claimBytes + Self.tagBytes)
        let status = crypto_aead_xchacha20poly1305_ietf_encrypt(
            &sealed, nil, writer.bytes, UInt64(writer.bytes.count), Self.context,
            UInt64(Self.context.count), nil, nonce, keys[0].bytes)
        precondition(status == 0, "sealing has no failure")
        return Base64URL.encode(nonce + sealed)
    }

    /// - Returns: `nil` for a text that this cluster did not seal. The expiry is the caller's to
    ///   look at: it has the clock.
    package func open(_ token: String) -> SeatClaim? {
        guard let bytes = Base64URL.decode(token, count: Self.tokenBytes) else { return nil }
        let sealed = Array(bytes[Self.nonceBytes...])
        let nonce = Array(bytes[..<Self.nonceBytes])
        for key in keys {
            var plain = [UInt8](repeating: 0, count: Self.claimBytes)
            let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
                &plain, nil, nil, sealed, UInt64(sealed.count), Self.context,
                UInt64(Self.context.count), nonce, key.bytes)
            if status == 0 { return try? SeatClaim(plain) }
        }
        return nil
    }
}

/// A key in a place of its own, which is wiped. An array would be copied before it is overwritten,
/// and the copy wiped.
private final class TokenKey: Sendable {
    /// Written once, in `init`.
    nonisolated(unsafe) let bytes: UnsafePointer<UInt8>
    private let count: Int

    init(_ key: [UInt8]) {
        let place = UnsafeMutablePointer<UInt8>.allocate(capacity: key.count)
        place.initialize(from: key, count: key.count)
        bytes = UnsafePointer(place)
        count = key.count
    }

    deinit {
        let place = UnsafeMutablePointer(mutating: bytes)
        sodium_memzero(place, count)
        place.deallocate()
    }
}

extension SeatClaim {
    fileprivate init(_ bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes.span.bytes)
        guard let room = RoomCode(number: try reader.fixed()),
            let seat = Seat(Int(try reader.byte()))
        else { throw .badValue }
        self.init(
            room: room, seat: seat, roomInstance: try reader.fixed(),
            generation: try reader.fixed(), expires: try reader.fixed())
        try reader.finish()
    }
}
