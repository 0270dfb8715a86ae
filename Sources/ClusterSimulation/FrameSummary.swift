internal import Gossip
internal import Link

// What a trace says of frames: without a room's bytes.
extension PeerFrame {
    var summary: String {
        switch self {
        case .copy(let copy):
            "copy \(copy.room) \(copy.epoch)/\(copy.revision) on \(copy.base.map { "\($0)" } ?? "-")"
        case .offer(let offer):
            """
            offer \(offer.room) \(offer.epoch)/\(offer.revision) of \
            \(offer.pair.map { "\($0.id)" }) valid \(offer.validated)
            """
        case .views(let views): "views \(views.map(\.number))"
        default: "\(self)"
        }
    }
}

extension RoomFrame {
    var summary: String {
        switch self {
        case .output(let audience, let version, let message):
            """
            output \(audience.map(\.rawValue)) \(version.map { "\($0)" } ?? "-") \
            \(String(decoding: message.prefix(80), as: UTF8.self))
            """
        case .attached(let session, let attached, _):
            "attached \(session.rawValue) \(attached.room) version \(attached.version)"
        default: "\(self)"
        }
    }
}
