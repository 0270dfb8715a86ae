/// What a byte in front of a direct message or a broadcast says of it.
enum Envelope {
    /// Direct: a message of the view machine.
    case view([UInt8])
    /// To all: what a user announces.
    case announcement([UInt8])
    /// To all: the operator's word that this life of a node is over.
    case dismissal(NodeID, instance: UInt64)
    /// To all: the operator's word that this life of a node is to give its rooms away.
    case drain(NodeID, instance: UInt64)

    private enum Kind: UInt8 {
        case announcement = 0
        case view = 1
        case dismissal = 2
        case drain = 3
    }

    /// Nil for what a newer node may have sent.
    init?(_ bytes: [UInt8]) {
        guard let first = bytes.first, let kind = Kind(rawValue: first) else { return nil }
        switch kind {
        case .announcement: self = .announcement(Array(bytes.dropFirst()))
        case .view: self = .view(Array(bytes.dropFirst()))
        case .dismissal, .drain:
            guard bytes.count >= 17 else { return nil }
            let id = NodeID(rawValue: Envelope.number(bytes[1..<9]))
            let instance = Envelope.number(bytes[9..<17])
            self =
                kind == .drain
                ? .drain(id, instance: instance) : .dismissal(id, instance: instance)
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .announcement(let bytes): [Kind.announcement.rawValue] + bytes
        case .view(let bytes): [Kind.view.rawValue] + bytes
        case .dismissal(let id, let instance):
            [Kind.dismissal.rawValue] + Envelope.bytes(id.rawValue) + Envelope.bytes(instance)
        case .drain(let id, let instance):
            [Kind.drain.rawValue] + Envelope.bytes(id.rawValue) + Envelope.bytes(instance)
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
