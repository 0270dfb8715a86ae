/// One breach of the protocol or of the rules, seen in what a viewer was sent.
package struct Fault: Equatable, Sendable, CustomStringConvertible {
    /// The law that was broken.
    package enum Law: String, Sendable, CaseIterable {
        /// A frame is no JSON object, or a field is missing or of the wrong kind.
        case malformed
        /// Versions of one viewer's frames did not rise.
        case versionOrder
        /// An event stands where another was due, or a frame ends in the middle of a move.
        case eventOrder
        /// Others were shown events of a version that this viewer was not.
        case missedFrame
        /// This viewer was shown events of a version at which nobody else was.
        case extraFrame
        /// This viewer's events of a version are not those that others were shown.
        case differingEvents
        /// Cards went to whom they do not belong, or are not the cards that they must be.
        case privateCards
        /// A card stands where none may be told.
        case leak
        /// The dealing was not 5-4-4: the hakem's five, then thirteen each after the trump.
        case dealing
        /// Someone with a card of the suit led played another.
        case followSuit
        /// Someone played a card that was not in the hand.
        case notInHand
        /// A card was seen twice in one hand.
        case cardTwice
        case trickWinner
        /// The tricks taken do not count up.
        case trickCount
        /// A hand's winner, points, kot or score is wrong.
        case handResult
        /// A match ended early, late or for the wrong team.
        case matchResult
        /// The draw for the first hakem does not go seat by seat until the first ace.
        case hakemDraw
        /// The wrong player is hakem of a later hand.
        case hakemRotation
        case handNumber
        /// It was not this seat's turn, or not this ply.
        case turn
        /// The time for a turn is more than was agreed.
        case deadline
        case trump
        case commitment
        case reveal
        case seating
        /// A `joined` with a state that does not agree with the events so far.
        case stateDiffers
        /// A `joined` or `resume` without what it must carry.
        case joining
        /// A reply to nothing, a second reply, or none.
        case reply
        /// An `ok` came before the frame of its version.
        case okBeforeFrame
        /// An `ok` for a move that nobody was shown.
        case okWithoutMove
        /// An error that does not apply to what was sent.
        case wrongRefusal
    }

    package let law: Law
    /// Which of the referee's viewers was shown it.
    package let viewer: Int
    /// The version of the frame; that viewer's last one, where it was no frame.
    package let version: Int
    package let detail: String

    package var description: String {
        "viewer \(viewer) at version \(version): \(law.rawValue): \(detail)"
    }
}

/// A fault that nobody has been named for yet.
struct Complaint: Equatable {
    let law: Fault.Law
    let detail: String

    init(_ law: Fault.Law, _ detail: String) {
        self.law = law
        self.detail = detail
    }
}
