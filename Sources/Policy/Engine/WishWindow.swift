/// The largest (or smallest) of the wishes of some time past, each at the cost of a few steps: a
/// wish that a later one outdoes can never be it again, so it is dropped.
package struct WishWindow: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let at: Moment
        package let wish: Double

        package init(at: Moment, wish: Double) {
            self.at = at
            self.wish = wish
        }
    }

    package private(set) var entries: [Entry]

    package init(entries: [Entry] = []) {
        self.entries = entries
    }

    /// - Parameters:
    ///   - keep: what is older is forgotten.
    ///   - outdoes: whether the later wish makes the earlier one needless.
    mutating func add(
        _ wish: Double, at moment: Moment, keep: Duration,
        outdoes: (_ later: Double, _ earlier: Double) -> Bool
    ) {
        while let last = entries.last, outdoes(wish, last.wish) || last.at > moment {
            entries.removeLast()
        }
        let stale = entries.prefix { moment - $0.at > keep }.count
        if stale > 0 { entries.removeFirst(stale) }
        entries.append(Entry(at: moment, wish: wish))
    }

    /// The most outstanding wish not older than that.
    func first(within span: Duration, of moment: Moment) -> Double? {
        entries.first { moment - $0.at <= span }?.wish
    }
}
