internal import CSodium
internal import Wire

/// The open part of a sealed packet. All of it, and the cluster's name, is authenticated.
///
///     magic 2 | version 1 | key id 4 | sender 8 | instance 8 | sequence 8 | nonce 24 | ciphertext | tag 16
package struct PacketHeader: Equatable, Sendable {
    package static let magic: (UInt8, UInt8) = (0x48, 0x6B)
    package static let version: UInt8 = 1
    /// Bytes before the nonce.
    static let openBytes = 31
    static let nonceBytes = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    static let tagBytes = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    /// What sealing adds to a message.
    package static let overheadBytes = openBytes + nonceBytes + tagBytes

    package var keyID: UInt32
    package var sender: NodeID
    package var instance: UInt64
    package var sequence: UInt64

    package init(keyID: UInt32, sender: NodeID, instance: UInt64, sequence: UInt64) {
        self.keyID = keyID
        self.sender = sender
        self.instance = instance
        self.sequence = sequence
    }

    /// Reads the header of a packet that may be anything. Nil if it is not one of ours.
    package init?(packet: RawSpan) {
        guard packet.byteCount >= PacketHeader.overheadBytes else { return nil }
        var reader = WireReader(packet)
        do throws(WireError) {
            guard try reader.byte() == PacketHeader.magic.0,
                try reader.byte() == PacketHeader.magic.1,
                try reader.byte() == PacketHeader.version
            else { return nil }
            keyID = try reader.fixed()
            sender = NodeID(rawValue: try reader.fixed())
            instance = try reader.fixed()
            sequence = try reader.fixed()
        } catch {
            return nil
        }
    }
}

/// Seals and opens packets with XChaCha20-Poly1305. Holds nothing but buffers that it reuses.
package struct Seal: Sendable {
    private var associated: [UInt8]

    /// - Parameter cluster: the cluster's name; packets of another are foreign even under one key.
    package init(cluster: String) {
        associated = [UInt8](repeating: 0, count: PacketHeader.openBytes) + Array(cluster.utf8)
    }

    /// Replaces `packet` with the sealed form of `plain`.
    package mutating func seal(
        _ plain: [UInt8], header: PacketHeader, key: Key, using generator: inout Randomness,
        into packet: inout [UInt8]
    ) {
        packet.removeAll(keepingCapacity: true)
        packet.append(PacketHeader.magic.0)
        packet.append(PacketHeader.magic.1)
        packet.append(PacketHeader.version)
        append(header.keyID, to: &packet)
        append(header.sender.rawValue, to: &packet)
        append(header.instance, to: &packet)
        append(header.sequence, to: &packet)
        for index in 0..<PacketHeader.openBytes { associated[index] = packet[index] }
        for _ in 0..<(PacketHeader.nonceBytes / 8) { append(generator.next(), to: &packet) }
        let start = packet.count
        packet.append(contentsOf: repeatElement(0, count: plain.count + PacketHeader.tagBytes))
        packet.withUnsafeMutableBufferPointer { packet in
            guard let base = packet.baseAddress else { return }
            _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                base + start, nil, plain, UInt64(plain.count), associated,
                UInt64(associated.count), nil, base + PacketHeader.openBytes,
                key.storage.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Opens a packet whose header was read, into `plain`. False if it is not genuine.
    package mutating func open(_ packet: RawSpan, key: Key, into plain: inout [UInt8]) -> Bool {
        let start = PacketHeader.openBytes + PacketHeader.nonceBytes
        let plainCount = packet.byteCount - start - PacketHeader.tagBytes
        guard plainCount >= 0 else { return false }
        plain.removeAll(keepingCapacity: true)
        plain.append(contentsOf: repeatElement(0, count: plainCount))
        return packet.withUnsafeBytes { packet in
            guard let base = packet.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                return false
            }
            for index in 0..<PacketHeader.openBytes { associated[index] = base[index] }
            return crypto_aead_xchacha20poly1305_ietf_decrypt(
                &plain, nil, nil, base + start, UInt64(packet.count - start), associated,
                UInt64(associated.count), base + PacketHeader.openBytes,
                key.storage.assumingMemoryBound(to: UInt8.self)) == 0
        }
    }

    private func append<T: FixedWidthInteger>(_ value: T, to packet: inout [UInt8]) {
        for index in 0..<(T.bitWidth / 8) {
            packet.append(UInt8(truncatingIfNeeded: value >> T(8 * index)))
        }
    }
}
