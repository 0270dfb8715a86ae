package import Game
internal import Link

/// How a node hosts rooms.
package struct RoomSettings: Sendable {
    /// Players with a seat, at most, over all rooms. Above it `create` and `join` get `overloaded`.
    package var capacity = 5_000
    /// How many servers hold each room, its owner among them: 2 or 3. Alike in the whole cluster.
    package var replicas = 2
    /// Its share of the new players beside other servers' shares; percent of a usual one's.
    package var weight: UInt32 = ServerLoad.usualWeight
    package var botStrength = BotStrength.normal
    /// How long a bot seems to think; 0...0 in tests.
    package var botThinkMilliseconds: ClosedRange<Milliseconds> = 500...1_400

    package init() {}

    /// A room in which no person was for this long ends: 4 hours.
    static let endAfterDesertion: Milliseconds = 4 * 3_600_000
    /// A room whose match never began and that nobody looks at ends sooner, 10 minutes: making
    /// rooms and going away must not fill a server.
    static let endUnstartedAfterDesertion: Milliseconds = 600_000
    /// After a match people may look at the score and talk for 10 minutes.
    static let endAfterMatch: Milliseconds = 600_000
    /// Seconds for which a token is good: a day, longer than any room lives without its players.
    static let tokenLifetimeSeconds: UInt64 = 86_400
    /// How long a session is waited for whose gateway, or the way to it, is gone, before the others
    /// are told that it is offline.
    static let absenceMax: Milliseconds = 5_000
    /// How long a room waits for one of the two servers that had its newest state, while what others
    /// hold may be older: 10 minutes.
    static let doubtMax: Milliseconds = 600_000
    /// Other servers send the views that one has missed within a second, if they have them.
    static let historyAwaitedMax: Milliseconds = 1_000
    /// A pause of this length is told to the players, and turns do not run out in it.
    static let pauseNoticed: Milliseconds = 1_000
    /// Pauses below this are part of playing over a network, and move no clock.
    static let pauseForgiven: Milliseconds = 200
    /// People who may watch one room; each costs a copy of everything.
    static let spectatorsMax = 64
    /// Seconds until bots fill a table of `quick`.
    static let quickBotsAfterSeconds = 10
}
