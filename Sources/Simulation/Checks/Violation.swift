package import Gossip

/// An invariant that did not hold.
package struct Violation: Error, Equatable, Sendable, CustomStringConvertible {
    /// The invariants' names are those of the design, section 6.
    package enum Invariant: String, Sendable {
        case oneDocument = "V1: one document a number"
        case numberNeverFalls = "V1: a node's number never goes down"
        case quorumsMeet = "V1: quorums of consecutive views meet"
        case ownIncarnation = "G1: incarnations rise only by their subject"
        case deadStayDead = "G1: the dead come back only by their own newer word"
        case leaveIsNoFailure = "G1: a leave never becomes a failure"
        case bounds = "G1: queues, packets and replies stay within their bounds"
        case thirdAddress = "G1: nothing answers a third address"
        case amplification = "G1: no answer is larger than its question"
        case rest = "a machine whose deadline has passed does something about it"
        case oneHistory = "R1: nobody acknowledges two histories"
        case acknowledgedStays = "R2: an acknowledged move is in every later state"
        case inputOnce = "R3: an input is applied once"
        case eventsInOrder = "R4: each seat sees all in order, without gap or repeat"
        case secrets = "R5: no frame tells a seat what it may not know"
        case socketsStay = "a player loses no socket but that of a gateway which goes"
        case scaling = "S: as many servers as are wanted, and nobody's rooms ended"
        case agreement = "R6: once faults end, all agree"
        case injectedNothing = "a run that injected nothing proves nothing"
    }

    package let invariant: Invariant
    package let at: Instant
    package let text: String

    package var description: String {
        "\(invariant.rawValue): \(text) (at \(at.nanoseconds / 1_000_000) ms)"
    }
}
