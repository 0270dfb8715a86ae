import Game
import Gossip
import Link
import Random
import Testing

@testable import Gateway

@Suite struct RouterTests {
    private func router(
        _ view: View, loads: [NodeID: ServerLoad] = [:], without: [NodeID] = []
    ) -> Router {
        var router = Router()
        _ = router.install(view)
        for server in view.servers where !without.contains(server.id) {
            router.linkUp(server.id)
        }
        for (node, load) in loads { router.note(load, of: node) }
        return router
    }

    /// Where a thousand new rooms go.
    private func shares(_ router: Router) -> [NodeID: Int] {
        var router = router
        var generator = SplitMix64(seed: 5)
        var shares: [NodeID: Int] = [:]
        for _ in 0..<1_000 {
            guard case .open(let node) = router.way(to: router.newRoom(using: &generator)) else {
                Issue.record("a room on a server that cannot be reached")
                continue
            }
            shares[node, default: 0] += 1
        }
        return shares
    }

    @Test func `what goes where follows the view and the links`() {
        var router = Router()
        let room = TableBench.code(of: berta)
        #expect(router.way(to: room) == .unknown)
        #expect(router.install(view(4, [anna, berta])) == true)
        #expect(router.way(to: room) == .broken(berta))
        router.linkUp(berta)
        #expect(router.way(to: room) == .open(berta))
        #expect(router.install(view(4, [anna])) == false)
        #expect(router.install(view(5, [anna])) == true)
        #expect(router.way(to: room) == .broken(anna))
        #expect(router.viewNumber == 5)
        // Another lineage is another cluster, whose numbers are its own.
        #expect(
            router.install(View(number: 1, lineage: 2, servers: [], voters: Voters([]))) == true)
        #expect(router.wayToLobby == .unknown)
    }

    @Test func `new rooms go where the most room is, and even out`() {
        let busy = [anna: ServerLoad(players: 500, capacity: 5_000)]
        let shares = shares(
            router(
                view(1, [anna, berta]),
                loads: busy.merging(
                    [berta: ServerLoad(players: 0, capacity: 5_000)]) { one, _ in one }))
        #expect(shares[anna] == 250)
        #expect(shares[berta] == 750)
    }

    @Test func `a server that has said nothing counts as empty`() {
        let shares = shares(
            router(
                view(1, [anna, berta]), loads: [anna: ServerLoad(players: 1, capacity: 5_000)]))
        #expect(shares == [berta: 1_000])
    }

    @Test func `a canary's share is small`() {
        let loads = [
            anna: ServerLoad(players: 0, capacity: 5_000, weight: 1),
            berta: ServerLoad(players: 0, capacity: 5_000, weight: 9),
        ]
        let shares = shares(
            router(view(1, [anna, berta], weights: [anna: 1, berta: 9]), loads: loads))
        #expect((99...101).contains(shares[anna] ?? 0))
    }

    @Test func `nothing new goes to a draining server, a full one, or one out of reach`() {
        let carla = NodeID(rawValue: 0xC)
        let dora = NodeID(rawValue: 0xD)
        let shares = shares(
            router(
                view(1, [anna, berta, carla, dora], draining: [anna]),
                loads: [
                    berta: ServerLoad(players: 10, capacity: 10),
                    dora: ServerLoad(players: 900, capacity: 5_000),
                ], without: [carla]))
        #expect(shares == [dora: 1_000])
    }

    @Test func `ties are drawn`() {
        let shares = shares(router(view(1, [anna, berta])))
        #expect((400...600).contains(shares[anna] ?? 0))
    }

    @Test func `where all are full a room is tried all the same and the server says no`() {
        let full = ServerLoad(players: 10, capacity: 10)
        let shares = shares(
            router(view(1, [anna, berta]), loads: [anna: full, berta: full]))
        #expect(shares.values.reduce(0, +) == 1_000)
    }
}
