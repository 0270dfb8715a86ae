/// When to say that a node has not met its cluster: after a while, and then now and then.
struct Patience {
    private static let first = Duration.seconds(5)
    private static let interval = Duration.seconds(60)

    private var next: Instant

    init(now: Instant) {
        next = now.advanced(by: Self.first)
    }

    mutating func isOver(now: Instant) -> Bool {
        guard now >= next else { return false }
        next = now.advanced(by: Self.interval)
        return true
    }
}
