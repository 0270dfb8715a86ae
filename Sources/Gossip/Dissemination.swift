/// The queue of news that rides on packets, each piece a bounded number of times, the least told
/// first (SWIM, section 4.1).
///
/// What a piece says is not kept here but read from the table when it is sent, so that it is never
/// older than what its sender knows.
package struct Dissemination: Sendable {
    package enum Subject: Hashable, Sendable {
        /// The member's present record.
        case member(NodeID)
        /// That one member suspects another; confirmations count only if they are told apart.
        case suspicion(NodeID, by: NodeID)
        /// One of the remembered announcements, by number.
        case announcement(UInt64)
    }

    package struct Item: Sendable {
        package let subject: Subject
        package var sent = 0
    }

    package private(set) var items: [Item] = []

    package init() {}

    package var isEmpty: Bool { items.isEmpty }

    /// Puts news in the queue, in the place of older news of the same subject.
    package mutating func add(_ subject: Subject) {
        switch subject {
        case .member(let id):
            items.removeAll {
                switch $0.subject {
                case .member(let other): other == id
                case .suspicion(let other, _): other == id
                case .announcement: false
                }
            }
        case .suspicion, .announcement:
            items.removeAll { $0.subject == subject }
        }
        // New news goes first: `items` is kept in the order of `sent`.
        items.insert(Item(subject: subject), at: 0)
    }

    package mutating func removeAll(of id: NodeID) {
        items.removeAll {
            switch $0.subject {
            case .member(let other), .suspicion(let other, _): other == id
            case .announcement: false
            }
        }
    }

    /// Offers the pieces in turn, least told first, until `write` answers `.full`; counts those
    /// written, and drops those told `limit` times.
    package mutating func fill(limit: Int, _ write: (Subject) -> Outcome) {
        var position = 0
        var changed = false
        while position < items.count {
            let outcome = write(items[position].subject)
            if outcome == .full { break }
            items[position].sent = outcome == .void ? limit : items[position].sent + 1
            changed = true
            position += 1
        }
        guard changed else { return }
        items.removeAll { $0.sent >= limit }
        items.sort { $0.sent < $1.sent }
    }

    package enum Outcome: Equatable {
        case written
        /// There was no room.
        case full
        /// There is nothing to say of it any more.
        case void
    }
}
