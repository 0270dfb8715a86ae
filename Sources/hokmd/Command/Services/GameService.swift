import Gossip
import Link
import Logging
import PlayerProtocol
import ServiceLifecycle

/// What a node does for players: it hosts rooms, or faces players, or both.
struct GameService: Service {
    let settings: Settings
    let node: LocalNode
    let log: Logger
    let gossip: GossipService
    let keyring: Keyring

    /// Others may remember a life of this node that is later than its clock says: then it begins
    /// another when it first hears of that, which is before it has rooms or links.
    private static let settlingMax = Duration.seconds(2)

    func run() async throws {
        guard let tokens = keyring.seatTokens else {
            throw Failure(.failed, "there is no locked memory for keys")
        }
        await gossip.settled(within: Self.settlingMax)
        let rooms =
            settings.mode.hasRooms
            ? try await RoomsPart.start(
                settings, tokens: tokens, keyring: keyring, gossip: gossip, node: node,
                log: log) : nil
        do {
            let players = try await startPlayers(rooms, tokens)
            node.runs(
                LocalNode.Game(
                    rooms: rooms?.service, listener: players?.listener,
                    players: players?.address))
            try? await gracefulShutdown()
            node.stops()
            await players?.stop(spread: settings.playersSpread)
        } catch {
            await rooms?.stop(drainTime: .zero)
            throw error
        }
        await rooms?.stop(drainTime: settings.roomsDrainTime)
    }

    private func startPlayers(
        _ rooms: RoomsPart?, _ tokens: SeatTokens
    ) async throws -> PlayersPart? {
        guard let address = settings.playersAddress else { return nil }
        return try await PlayersPart.start(
            settings, at: address, rooms: rooms?.service, tokens: tokens, keyring: keyring,
            gossip: gossip, node: node, log: log)
    }
}
