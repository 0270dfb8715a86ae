/// Every bound of the admin port.
package enum AdminLimits {
    /// Connections at once: some scrapers, some dashboards, some operators.
    package static let connectionsMax = 128
    /// Bytes of a request's head fields: a browser with somebody's cookies has a few thousand.
    package static let headBytesMax = 16 << 10
    /// Bytes of a request's body: the longest is an announcement of 1,000 characters.
    package static let bodyBytesMax = 16 << 10
    /// Time for an answer, after which it is 504.
    package static let answerTimeMax = Duration.seconds(30)
    /// Time for a request to arrive, or without one: scrapers ask every 15 to 60 seconds.
    package static let idleTimeMax = Duration.seconds(75)
    /// Rooms in one answer: at 200 bytes each, 2 MB.
    package static let roomsMax = 10_000
    /// Characters of an announcement, as it has to fit on a phone.
    package static let announcementMax = 1_000
    /// Bytes of a token's file.
    package static let tokenBytes = 16...512
}
