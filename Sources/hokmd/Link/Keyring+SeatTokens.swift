package import Gossip
package import PlayerProtocol

extension Keyring {
    private static let seatContext: StaticString = "hokmseat"

    /// What seals the players' tokens, from the cluster's keys: any node opens what another sealed.
    ///
    /// - Returns: nil if the system has no locked memory left.
    package var seatTokens: SeatTokens? {
        let derived = keys.compactMap { $0.derived(1, context: Self.seatContext) }
        guard derived.count == keys.count else { return nil }
        return SeatTokens(keys: derived.map { $0.withUnsafeBytes { Array($0) } })
    }
}
