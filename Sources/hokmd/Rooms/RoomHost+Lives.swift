package import Game
package import Link
internal import PlayerProtocol

extension RoomHost {
    /// Others know a later life of this server than this one, and will not have it in a view again:
    /// it goes on as another, later one. To them the former life is over, with all that it ran; but
    /// its memory is here. Its rooms stop, and go as copies to whom the next view names, which then
    /// waits for the word of this life and of no other. (docs/decisions/takeup.md)
    package mutating func outlive(as life: ServerLife, now: Milliseconds) {
        guard let former = self.life, former != life else { return }
        self.now = max(self.now, now)
        for code in sortedRooms {
            guard let box = rooms[code] else { continue }
            freeze(box, validated: map.number)
        }
        self.life = life
        let interrupted = takeups
        takeups = [:]
        for code in interrupted.keys.sorted(by: { $0.number < $1.number }) {
            for waiting in interrupted[code]?.waiting ?? [] { readmit(waiting, to: code) }
        }
    }
}
