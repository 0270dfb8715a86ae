internal import Gossip

/// An operator who rotates keys, step by step, whatever else goes on: installs a key, has it used,
/// and removes an old one only when every node has the new one.
struct KeyRotation: Sendable {
    private var newest = [UInt8](repeating: 5, count: Key.bytesCount)
    private var isInstalled = true

    mutating func step(
        in world: inout World, at index: Int, using random: inout Randomness
    ) -> Bool {
        let keyring = world.nodes[index].keyring
        if let key = Key(bytes: newest), isEverywhere(key, in: world) {
            if keyring.primary.id != key.id {
                return world.change(
                    .use(key.id, generation: world.nodes[index].swim.nextKeyGeneration), at: index)
            }
            // The machine refuses while it was used within the last minute.
            let isUsed = world.nodes.allSatisfy { $0.keyring.primary.id == key.id }
            if let old = keyring.keys.last, old.id != key.id, isUsed, random.chance(0.5) {
                return world.change(.remove(old.id), at: index)
            }
            guard keyring.keys.count < 4 else { return false }
            newest = (0..<Key.bytesCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        return world.change(.install(newest), at: index)
    }

    /// Whether each node, also one that is down, has the key in its file.
    private func isEverywhere(_ key: Key, in world: World) -> Bool {
        world.nodes.allSatisfy { $0.keyring.key(key.id) != nil }
    }
}
