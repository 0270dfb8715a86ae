internal import Glibc

/// Why a node cannot take part in a cluster. Its description is one line for people.
package enum GossipError: Error, Equatable, CustomStringConvertible {
    case taken(address: String)
    case notPermitted(address: String)
    case unknownHost(String)
    case listening(address: String, errno: Int32)
    case stateDirectory(path: String, errno: Int32)
    /// Another process has it.
    case stateDirectoryInUse(path: String)
    /// A node of the same name is in the cluster already.
    case nameTaken(String, at: String)

    package var description: String {
        switch self {
        case .taken(let address):
            "gossip cannot listen on \(address): the port is taken; --gossip names another"
        case .notPermitted(let address): "gossip cannot listen on \(address): not permitted"
        case .unknownHost(let host): "gossip cannot use \(host): no such host"
        case .listening(let address, let errno):
            "gossip cannot listen on \(address): \(GossipError.text(errno))"
        case .stateDirectory(let path, let errno):
            "state directory \(path): \(GossipError.text(errno))"
        case .stateDirectoryInUse(let path):
            "state directory \(path): another node uses it; each node needs one of its own"
        case .nameTaken(let name, let address):
            "a node named \(name) is in the cluster already, at \(address); --name gives another"
        }
    }

    static func listening(_ address: Address, _ code: Int32) -> GossipError {
        switch code {
        case EADDRINUSE: .taken(address: address.description)
        case EACCES, EPERM: .notPermitted(address: address.description)
        default: .listening(address: address.description, errno: code)
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
