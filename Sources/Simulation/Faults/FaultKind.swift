/// What can go wrong. A run draws some of these: with all of them always, each would hide what
/// another finds (swarm testing: Groce et al., 2012).
package enum FaultKind: String, CaseIterable, Sendable {
    // The network, all the time.
    case loss, delay, duplication, reordering, corruption, replay, streamReset
    // The network, now and then.
    case oneWayCut, split, isolation, deafness, pairCut, linkBreak
    // Nodes.
    case sendErrors, crash, hostCrash, diskLoss, move, pause, stall
    case clockJump, clockDrift, wallClockBack
    case brokenDisk, slowDisk
    // What operators do at the worst moment.
    case join, drain, leave, keyChange, announcement

    /// Whether it is a condition of the network rather than something done at a moment.
    package var isCondition: Bool {
        switch self {
        case .loss, .delay, .duplication, .reordering, .corruption, .replay, .streamReset: true
        default: false
        }
    }
}
