/// Brings servers into being and ends them, wherever that is.
///
/// Every call MUST end within a time of its own, and may be made again: after a restart, or by
/// another scaler that cannot know how far the first one came.
package protocol Provisioner: Sendable {
    /// As the policy calls it.
    var kind: String { get }

    /// Starts a server of that name, and returns once it has been started, not once it is ready.
    /// Where there is one of that name already, it is that one. What it returns says for people what
    /// the server is over there: `pid 4711`.
    func launch(_ request: LaunchRequest) async throws(ProvisionerError) -> String

    /// All that were launched for this cluster and have not ended, whoever launched them.
    func list() async throws(ProvisionerError) -> [ListedInstance]

    /// Ends a server. It is no error that there is none of that name.
    func terminate(_ instance: InstanceID) async throws(ProvisionerError)
}

/// A server that shall be.
package struct LaunchRequest: Equatable, Sendable {
    /// Names the server, as a member of the cluster too, and makes the request one and the same
    /// however often it is made.
    package var instance: InstanceID
    /// The version to run; nil for what the provisioner has.
    package var version: String?
    /// What people find it by, in a cloud's console for instance.
    package var labels: [String: String]
    /// Gossip addresses of members to join the cluster by.
    package var join: [String]

    package init(
        _ instance: InstanceID, version: String? = nil, labels: [String: String] = [:],
        join: [String] = []
    ) {
        self.instance = instance
        self.version = version
        self.labels = labels
        self.join = join
    }
}

/// Why a provisioner did not do what it was asked to, in a line for people.
package enum ProvisionerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It did not answer in time, and was ended.
    case timedOut(String, Duration)
    /// It said no, or could not be started at all.
    case failed(String)
    /// There is no room for more at the moment; later there may be.
    case exhausted(String)
    /// What it said cannot be understood.
    case garbled(String)
    /// It said that it did it, and did not.
    case untrue(String)

    package var description: String {
        switch self {
        case .timedOut(let what, let limit): "\(what) took longer than \(limit)"
        case .exhausted(let reason): "no room for more: \(reason)"
        case .failed(let reason), .garbled(let reason), .untrue(let reason): reason
        }
    }
}

extension InstanceID {
    /// Whether it can be a node's name, a unit's, a file's and a word of a command.
    var isPlain: Bool {
        (1...63).contains(name.utf8.count) && !"-.".utf8.contains(name.utf8.first ?? 0)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
