import Gossip
import Testing

@testable import Simulation

/// Keys are changed while a node is away.
@Suite struct KeyRotationTests {
    private let newKey = [UInt8](repeating: 9, count: Key.bytesCount)

    /// Four nodes of which the last is away while the others go to another key.
    private func rotated() throws -> World {
        var world = Scenario.cluster(of: 4, seed: 31)
        world.crash(3)
        world.run(for: .seconds(10))
        let installed = world.change(.install(newKey), at: 0)
        #expect(installed)
        world.run(for: .seconds(2))
        let key = try #require(Key(bytes: newKey))
        let used = world.change(
            .use(key.id, generation: world.nodes[0].swim.nextKeyGeneration), at: 0)
        #expect(used)
        world.run(for: .seconds(2))
        for index in 0..<3 { #expect(world.nodes[index].keyring.primary == key) }
        return world
    }

    @Test func `who was away comes back with a key that is accepted still`() throws {
        var world = try rotated()
        #expect(world.nodes[3].keyring.key(try #require(Key(bytes: newKey)).id) == nil)
        world.start(3)
        let agreed = world.run(atMost: .seconds(20), step: .milliseconds(50)) {
            $0.disagreement == nil
        }
        #expect(agreed != nil)
        #expect(world.nodes[3].keyring.primary == world.nodes[0].keyring.primary)
        #expect(world.violation == nil)
    }

    @Test func `a key that is removed lets nobody in`() throws {
        var world = try rotated()
        let old = try #require(Key(bytes: World.keyBytes))
        let early = world.change(.remove(old.id), at: 0)
        #expect(!early)
        world.run(for: .seconds(62))
        let late = world.change(.remove(old.id), at: 0)
        #expect(late)
        world.run(for: .seconds(2))
        for index in 0..<3 { #expect(world.nodes[index].keyring.key(old.id) == nil) }
        // It knows no key but the old one, and stays outside.
        world.start(3)
        world.run(for: .seconds(10))
        #expect(world.nodes[3].swim.table.presentCount == 1)
        for index in 0..<3 { #expect(world.nodes[index].swim.table.presentCount == 3) }
        #expect(world.violation == nil)
    }
}
