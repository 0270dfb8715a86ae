/// The actions of this hand and the one before, and the position they began from.
///
/// Every event that any seat was shown since `base` can be made again from it, so a client that
/// was away gets exactly what it missed, also from a node that only had the snapshot.
package struct History: Sendable {
    /// The version at `base`.
    package private(set) var baseVersion: UInt64
    package private(set) var base: Position
    package private(set) var entries: [Entry] = []
    /// Texts that entries speak of, in the entries' order.
    package private(set) var texts: [String] = []

    /// Where the running hand began: what `base` becomes when the next one begins.
    private var mark: Mark
    private var textBytes = 0

    private struct Mark {
        var position: Position
        var entryCount: Int
        var textCount: Int
    }

    /// One past action: the action's kind, its seat or its card, in a byte.
    package typealias Entry = UInt8

    package enum Limits {
        /// Actions kept: two whole hands are 106, the rest is talk, presence, coming and going.
        package static let entriesMax = 512
        /// Bytes of text kept.
        package static let textBytesMax = 4_096
        /// One text: 200 characters of chat at most four bytes each.
        package static let textBytesOneMax = 800
    }

    package init(base: Position, version: UInt64) {
        baseVersion = version
        self.base = base
        mark = Mark(position: base, entryCount: 0, textCount: 0)
    }

    /// From a snapshot; to be replayed before it is used, which checks it and finds the mark.
    init(base: Position, version: UInt64, entries: [Entry], texts: [String]) {
        self.init(base: base, version: version)
        self.entries = entries
        self.texts = texts
    }

    package var version: UInt64 { baseVersion + UInt64(entries.count) }

    /// Writes down what brought the table to `position`.
    ///
    /// - Parameter beginsHand: whether a hand was dealt by this action.
    mutating func record(
        _ action: Action, by seat: Seat, position: Position, beginsHand: Bool
    ) {
        let (entry, text) = EntryCode.encode(action, by: seat)
        entries.append(entry)
        if let text {
            texts.append(text)
            textBytes += text.utf8.count
        }
        if beginsHand {
            beginHand(at: position)
        } else if entries.count > Limits.entriesMax || textBytes > Limits.textBytesMax {
            // Too much talk for one hand: who was away gets the state instead of the events.
            self = History(base: position, version: version)
        }
    }

    private mutating func beginHand(at position: Position) {
        let forgottenText = texts.prefix(mark.textCount).reduce(0) { $0 + $1.utf8.count }
        baseVersion += UInt64(mark.entryCount)
        base = mark.position
        entries.removeFirst(mark.entryCount)
        texts.removeFirst(mark.textCount)
        textBytes -= forgottenText
        mark = Mark(position: position, entryCount: entries.count, textCount: texts.count)
    }
}
