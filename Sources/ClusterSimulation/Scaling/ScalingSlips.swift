internal import Scaler

/// What scalers do wrong, between the machine and its world.
extension ClusterMistake {
    package var isOfScalers: Bool {
        switch self {
        case .endedInsteadOfDrained, .emptinessAssumed, .everyScalerActs, .deathUnseen: true
        default: false
        }
    }

    func changed(_ picture: ClusterPicture) -> ClusterPicture {
        var picture = picture
        switch self {
        case .emptinessAssumed:
            for index in picture.servers.indices where picture.servers[index].state == .draining {
                (picture.servers[index].rooms, picture.servers[index].isInView) = (0, false)
            }
        case .everyScalerActs: picture.scalers = [picture.own]
        case .deathUnseen:
            for index in picture.servers.indices where picture.servers[index].state == .failed {
                (picture.servers[index].state, picture.servers[index].isInView) = (.ready, true)
            }
        default: break
        }
        return picture
    }

    func changed(_ action: Action) -> Action {
        guard self == .endedInsteadOfDrained, action.id.kind == .drain else { return action }
        return Action(.init(.terminate, action.id.subject), reason: action.reason)
    }
}
