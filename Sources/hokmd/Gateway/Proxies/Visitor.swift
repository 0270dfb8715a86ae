import Gossip
import NIOCore
import NIOHTTP1

/// Who is at the other end of a connection, as far as it is known, and how that one counts. Used on
/// the connection's loop.
///
/// Behind a proxy of ours the client is whom the proxy names, and counts from then on.
final class Visitor {
    private let admission: Admission
    private let limits: Limits
    private let counters: Counters
    private var origin: Admission.Origin?
    private(set) var address: Address?
    private(set) var decision: Admission.Decision

    init(
        at socketAddress: SocketAddress?, admission: Admission, limits: Limits,
        counters: Counters
    ) {
        self.admission = admission
        self.limits = limits
        self.counters = counters
        address = socketAddress.flatMap { Address($0) }
        // A proxy's own address is not counted: it stands for everyone.
        let isProxy = address.map { limits.isProxy($0) } ?? false
        origin = isProxy ? nil : Admission.origin(of: address, limits: limits)
        decision = admission.begins(origin)
        if decision == .admitted { counters.count(.connections) }
        countRefusal()
    }

    /// Whether the present address is that of a proxy, whose word counts.
    var isProxy: Bool { address.map { limits.isProxy($0) } ?? false }

    /// The address for a session.
    var socketAddress: SocketAddress? {
        address.flatMap { try? SocketAddress(ipAddress: $0.host, port: Int($0.port)) }
    }

    /// A proxy says whom it speaks for.
    func identify(as address: Address) {
        self.address = address
        let next =
            limits.isProxy(address) ? nil : Admission.origin(of: address, limits: limits)
        let before = decision
        decision = admission.moves(decision, from: origin, to: next)
        origin = next
        if decision != before { countRefusal() }
    }

    /// The same by a header, which counts only where a proxy is at the other end.
    func identify(by headers: HTTPHeaders) {
        guard isProxy,
            let client = ForwardedFor.client(headers, isTrusted: { limits.isProxy($0) })
        else { return }
        identify(as: client)
    }

    /// The connection is over.
    func ended() {
        admission.ended(origin, decision: decision)
    }

    private func countRefusal() {
        switch decision {
        case .admitted: return
        case .refused(.connections), .shut(.connections):
            counters.count(.refusedConnectionLimit)
        case .refused(.address), .shut(.address):
            counters.count(.refusedAddressLimit)
        }
    }
}

extension Limits {
    fileprivate func isProxy(_ address: Address) -> Bool {
        proxies.contains { $0.contains(address) }
    }
}
