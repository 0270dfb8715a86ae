import Policy

@testable import Scaler

/// A deliberate mistake, made between the machine and the world so that none of it is in the
/// product: each must be found by the storm.
enum Mistake: CaseIterable {
    /// An instance is ended where it should drain.
    case endedInsteadOfDrained
    /// What is still in the view and has rooms counts as empty.
    case roomsNotLookedAt
    /// One that is out of reach is ended at once.
    case lostNotWaitedFor
    /// An action is carried out that nobody wrote down.
    case notAudited
    /// Who takes over acts before it knows what there is.
    case listNotAwaited
    /// Every scaler that sees a majority acts.
    case allAct
    /// A server that died still counts.
    case deathNotSeen
    /// A launch that failed is tried again at once.
    case noBackoff
    /// A server goes that is needed.
    case minimumIgnored
    /// What did not become ready is forgotten and not taken back.
    case failedKept
    /// Servers go as soon as fewer are wanted.
    case noCooldown

    func changed(_ picture: ClusterPicture, at stage: Stage) -> ClusterPicture {
        var picture = picture
        switch self {
        case .roomsNotLookedAt:
            for index in picture.servers.indices where picture.servers[index].state == .draining {
                (picture.servers[index].rooms, picture.servers[index].isInView) = (0, false)
            }
        case .allAct: picture.scalers = [picture.own]
        case .deathNotSeen:
            for index in picture.servers.indices where picture.servers[index].state == .failed {
                (picture.servers[index].state, picture.servers[index].isInView) = (.ready, true)
            }
        default: break
        }
        return picture
    }

    func beforeTurn(_ machine: inout ScalerMachine, at stage: Stage) {
        switch self {
        case .noBackoff: machine.engine.launchSucceeded()
        case .listNotAwaited:
            if case .preparing = machine.duty {
                machine.state.instances.removeAll()
                machine.listing = Listing(askedAt: machine.now, instances: [:])
                machine.duty = .acting
                machine.actingSince = machine.now
            }
        case .minimumIgnored:
            let ready = machine.state.instances.indices.filter {
                machine.state.instances[$0].phase == .ready
            }
            if ready.count == machine.policy.limits.min, machine.isActing, stage.chance(20) {
                machine.enter(ready[0], .draining, "by mistake")
            }
        case .failedKept:
            machine.state.instances.removeAll { $0.phase == .stopping && !$0.hasJoined }
        case .noCooldown:
            var state = machine.engine.state
            state.lastOut = nil
            state.highs = WishWindow()
            state.watchedSince = monday
            machine.engine.resume(state)
        default: break
        }
    }

    func changed(_ action: Action) -> Action {
        guard self == .endedInsteadOfDrained, action.id.kind == .drain else { return action }
        return Action(.init(.terminate, action.id.subject), reason: action.reason)
    }
}
