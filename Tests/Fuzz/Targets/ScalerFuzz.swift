import Gossip
import Policy
import Scaler

enum ScalerFuzz {
    /// A state that is read is written as it was, and a scaler goes on with it.
    static func takeOver(_ bytes: [UInt8]) {
        guard let state = ScalerState(decoding: bytes) else { return }
        precondition(ScalerState(decoding: state.encode()) == state, "a state changed on its way")
        guard let policy else { preconditionFailure("the policy is a good one") }
        let start = Moment(seconds: 1_800_000_000)
        var machine = ScalerMachine(policy, at: start)
        let own = ClusterPicture.Scaler(id: NodeID(rawValue: 2), name: "b")
        machine.note(
            ClusterPicture(own: own, seesMajority: true, scalers: [own], servers: []))
        machine.noteShared(state, from: NodeID(rawValue: 1))
        for second in 1...6 {
            for effect in machine.advance(to: start + .seconds(second)) {
                switch effect {
                case .list(let request): machine.noteListed([], request: request)
                case .audit(let action): machine.noteAudited(action.id, true)
                default: break
                }
            }
        }
    }

    /// What is read of a file can be written again.
    static func history(_ bytes: [UInt8]) {
        let (records, _) = HistorySegment.decode(bytes)
        let again = HistorySegment.header + records.flatMap(HistorySegment.encode)
        precondition(HistorySegment.decode(again).records == records, "minutes changed")
    }

    private static let policy = try? ScalingPolicy(
        Array(
            """
            apiVersion: hokmd/v1
            kind: ScalingPolicy
            policy: buffer
            capacity: {playersPerInstance: 50, startTime: 5s}
            policies: {buffer: {of: players, free: 20}}
            """.utf8
        ).span, file: "p", zone: { _ in nil })
}
