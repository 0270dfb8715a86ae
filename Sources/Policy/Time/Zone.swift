/// A time zone: from when to when which offset from UTC is in force.
package struct Zone: Equatable, Sendable {
    /// As the file names it: `Asia/Tehran`.
    package let name: String
    /// When an offset begins, rising.
    let transitions: [Transition]
    /// In force before the first.
    let earliestOffset: Int
    /// In force after the last; nil: the last one's offset stays.
    let rule: ZoneRule?

    struct Transition: Equatable, Sendable {
        /// Seconds since 1970, UTC.
        let at: Int64
        /// Seconds east of UTC.
        let offset: Int
    }

    package static let utc = Zone(name: "UTC", transitions: [], earliestOffset: 0, rule: nil)

    /// Seconds east of UTC at that time.
    package func offset(at moment: Moment) -> Int {
        let seconds = moment.seconds
        guard let last = transitions.last else {
            return rule?.offset(at: seconds) ?? earliestOffset
        }
        if seconds >= last.at { return rule?.offset(at: seconds) ?? last.offset }
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? earliestOffset : transitions[low - 1].offset
    }

    package func civil(at moment: Moment) -> CivilTime {
        CivilTime(wallSeconds: moment.seconds + Int64(offset(at: moment)))
    }

    /// The time when a clock on the wall shows this. Of two (clocks put back) the first; of none
    /// (clocks put forward) the one that the clock would have reached had it not been moved.
    package func moment(of civil: CivilTime) -> Moment {
        let wall = civil.wallSeconds
        // No zone is a day away from UTC, so these are the offsets on either side of any change.
        let before = offset(at: Moment(seconds: wall - 86_400))
        let after = offset(at: Moment(seconds: wall + 86_400))
        for candidate in [before, after] {
            let moment = Moment(seconds: wall - Int64(candidate))
            if offset(at: moment) == candidate { return moment }
        }
        return Moment(seconds: wall - Int64(before))
    }
}
