/// What one end says to the other before it ends a link.
package enum Goodbye: UInt8, Equatable, Sendable, CaseIterable {
    case leaving = 1
    case versions
    case cluster
    case wrongNode
    case ourselves
    case formerLife
    case superseded
    case overflow
    case malformed
    case silent
    case keyRemoved

    package var text: String {
        switch self {
        case .leaving: "it leaves"
        case .versions: "it does not speak our protocol versions"
        case .cluster: "it is of another cluster"
        case .wrongNode: "it is not the node that we took it for"
        case .ourselves: "it has our name"
        case .formerLife: "it has heard from a later life of ours"
        case .superseded: "a newer link takes this one's place"
        case .overflow: "its queue to us is full"
        case .malformed: "we said what makes no sense"
        case .silent: "it heard nothing from us"
        case .keyRemoved: "the key that we used is removed"
        }
    }
}

/// Why a link ended, or did not come to be.
package enum LinkEnding: Error, Equatable, Sendable, CustomStringConvertible {
    /// No connection: refused, no route, no answer.
    case unreachable(String)
    case tls(TLSError)
    /// Secured, and no hello in time.
    case noHello
    case versions(ours: ProtocolRange, theirs: ProtocolRange)
    case cluster(String)
    case wrongNode(String)
    /// Our own name answers.
    case ourselves
    /// A later life of that node is linked already.
    case formerLife
    case superseded
    case malformed(String)
    case frameTooLong(Int)
    case overflow
    case silent
    /// The transport ended without a word.
    case lost
    case failed(String)
    case keyRemoved
    /// We end it: the peer is no longer wanted, or we leave.
    case closed
    /// The other end's reason; nil for one that we do not know.
    case told(Goodbye?)

    /// What the other end is told.
    var goodbye: Goodbye? {
        switch self {
        case .versions: .versions
        case .cluster: .cluster
        case .wrongNode: .wrongNode
        case .ourselves: .ourselves
        case .formerLife: .formerLife
        case .superseded: .superseded
        case .malformed, .frameTooLong: .malformed
        case .overflow: .overflow
        case .silent: .silent
        case .keyRemoved: .keyRemoved
        case .closed: .leaving
        case .unreachable, .tls, .noHello, .lost, .failed, .told: nil
        }
    }

    /// Whether what was sent before is to arrive.
    var isOrderly: Bool {
        switch self {
        case .closed, .superseded, .versions, .cluster, .wrongNode, .ourselves, .formerLife: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let reason): "unreachable: \(reason)"
        case .tls(let error): error.description
        case .noHello: "no hello in time"
        case .versions(let ours, let theirs):
            "no protocol version in common: we speak \(ours), they \(theirs)"
        case .cluster(let name): "the peer is of another cluster: \(name)"
        case .wrongNode(let name): "another node answers: \(name)"
        case .ourselves: "the peer has our own name"
        case .formerLife: "a later life of the peer is linked already"
        case .superseded: "a newer link took its place"
        case .malformed(let reason): "the peer said what makes no sense: \(reason)"
        case .frameTooLong(let bytes): "a frame of \(bytes) bytes is above the limit"
        case .overflow: "the queue is full"
        case .silent: "silent"
        case .lost: "connection lost"
        case .failed(let reason): "connection failed: \(reason)"
        case .keyRemoved: "its key is removed"
        case .closed: "closed"
        case .told(let goodbye): "the peer says: \(goodbye?.text ?? "goodbye")"
        }
    }
}
