/// A place at the table, 0…3, counter-clockwise: seat + 1 sits to the right.
package struct Seat: Hashable, Comparable, Sendable {
    package let rawValue: UInt8

    /// - Returns: `nil` outside of 0…3.
    package init?(_ index: Int) {
        guard (0..<4).contains(index) else { return nil }
        rawValue = UInt8(index)
    }

    /// The low two bits of `index` as a seat.
    init(wrapping index: UInt8) { rawValue = index & 3 }

    package static let all: [Seat] = (0..<4).map { Seat(wrapping: $0) }

    package var index: Int { Int(rawValue) }
    /// The player to the right, whose turn comes next.
    package var next: Seat { Seat(wrapping: rawValue + 1) }
    package var partner: Seat { Seat(wrapping: rawValue + 2) }
    package var team: Team { rawValue & 1 == 0 ? .even : .odd }

    /// The seat `count` turns after this one.
    package func advanced(by count: Int) -> Seat {
        Seat(wrapping: UInt8(truncatingIfNeeded: Int(rawValue) + count))
    }

    package static func < (left: Seat, right: Seat) -> Bool { left.rawValue < right.rawValue }
}

/// Partners sit opposite each other: team 0 has the even seats, team 1 the odd ones.
package enum Team: UInt8, CaseIterable, Sendable {
    case even, odd

    package var index: Int { Int(rawValue) }
    package var other: Team { self == .even ? .odd : .even }
}

/// A count for each of the two teams.
package struct TeamCounts: Hashable, Sendable {
    package var even = 0
    package var odd = 0

    package init(even: Int = 0, odd: Int = 0) {
        self.even = even
        self.odd = odd
    }

    package subscript(team: Team) -> Int {
        get { team == .even ? even : odd }
        set { if team == .even { even = newValue } else { odd = newValue } }
    }
}
