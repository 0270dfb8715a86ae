import Testing

@testable import Gossip

@Suite struct SealingTests {
    private let key = Key(bytes: [UInt8](repeating: 1, count: 32))!

    private func sealed(_ plain: [UInt8], cluster: String = "c") -> [UInt8] {
        var seal = Seal(cluster: cluster)
        var generator = Randomness(seed: 1)
        var packet: [UInt8] = []
        let header = PacketHeader(
            keyID: key.id, sender: NodeID(name: "a"), instance: 2, sequence: 3)
        seal.seal(plain, header: header, key: key, using: &generator, into: &packet)
        return packet
    }

    private func opened(
        _ packet: [UInt8], cluster: String = "c", key: Key? = nil
    ) -> [UInt8]? {
        var seal = Seal(cluster: cluster)
        var plain: [UInt8] = []
        let isGenuine = seal.open(packet.span.bytes, key: key ?? self.key, into: &plain)
        return isGenuine ? plain : nil
    }

    @Test func `what is sealed opens under the same key and cluster only`() throws {
        let packet = sealed([1, 2, 3])
        #expect(opened(packet) == [1, 2, 3])
        #expect(PacketHeader(packet: packet.span.bytes)?.sequence == 3)
        #expect(opened(packet, cluster: "d") == nil)
        #expect(
            opened(packet, key: Key(bytes: [UInt8](repeating: 2, count: 32))) == nil)
        #expect(packet.count == 3 + PacketHeader.overheadBytes)
    }

    @Test func `a change of any bit is refused, and so is every cut`() {
        let packet = sealed([1, 2, 3])
        for index in packet.indices {
            for bit in 0..<8 {
                var damaged = packet
                damaged[index] ^= 1 << bit
                #expect(opened(damaged) == nil)
            }
            #expect(opened(Array(packet[..<index])) == nil)
        }
    }

    @Test func `a number is taken once, and those too old never`() {
        var window = ReplayWindow(startingAt: 5_000)
        #expect(!window.isFresh(5_000) && !window.isFresh(4_999) && window.isFresh(5_001))
        window.mark(5_010)
        #expect(!window.isFresh(5_010) && window.isFresh(5_005))
        window.mark(5_005)
        #expect(!window.isFresh(5_005))
        window.mark(9_000)
        #expect(!window.isFresh(5_007) && window.isFresh(8_500))
        for sequence: UInt64 in 9_000 - 1_023..<9_000 { #expect(window.isFresh(sequence)) }
    }

    @Test func `a key file comes back as it was written`() throws {
        let other = try #require(Key(bytes: [UInt8](repeating: 2, count: 32)))
        let ring = Keyring(primary: key, accepted: [other], generation: 7)
        #expect(try Keyring(file: ring.fileText) == ring)
        var bytes = Array(ring.fileText.utf8)
        #expect(try Keyring(wiping: &bytes) == ring)
        #expect(bytes.allSatisfy { $0 == 0 })
        #expect(try Keyring(file: "# ours\n\n\(key.base64)\r\n") == Keyring(primary: key))
    }

    @Test(arguments: [
        ("", Keyring.FileError.empty), ("# nothing\n", .empty), ("AAAA", .badKey(line: 1)),
        ("\n\nnot a key", .badKey(line: 3)),
    ])
    func `a key file that is none says where`(text: String, error: Keyring.FileError) {
        #expect(throws: error) { try Keyring(file: text) }
    }

    @Test func `the primary stays, and a ring is never empty or without end`() throws {
        var ring = Keyring(primary: key)
        #expect(throws: Keyring.Refusal.isPrimary) { try ring.remove(key.id) }
        #expect(throws: Keyring.Refusal.unknownKey) { try ring.use(1, generation: 1) }
        for number in 0..<Keyring.keysMax - 1 {
            let more = try #require(Key(bytes: [UInt8](repeating: UInt8(10 + number), count: 32)))
            #expect(try ring.install(more))
            #expect(try !ring.install(more))
        }
        let last = try #require(Key(bytes: [UInt8](repeating: 99, count: 32)))
        #expect(throws: Keyring.Refusal.full) { try ring.install(last) }
        let next = ring.keys[3]
        try ring.use(next.id, generation: 4)
        try ring.remove(key.id)
        #expect(ring.primary == next && ring.generation == 4)
    }
}
