internal import CSodium

/// The promise made before a hand is dealt: the deal was fixed, and for this hand of this room.
///
/// BLAKE2b-256 over `"hokmd.deal.v1"`, the seed's 32 bytes, the room's code in 6 ASCII bytes and
/// the hand's number in 4 bytes, little-endian.
package struct Commitment: Hashable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    package init(seed: Seed, room: RoomCode, hand: Int) {
        Sodium.ready
        var message = Array("hokmd.deal.v1".utf8)
        message += seed.bytes
        message += room.ascii
        withUnsafeBytes(of: UInt32(hand).littleEndian) { message.append(contentsOf: $0) }
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        let status = crypto_generichash(
            &digest, Self.byteCount, message, UInt64(message.count), nil, 0)
        precondition(status == 0, "32 bytes are within crypto_generichash's range")
        bytes = digest
    }
}
