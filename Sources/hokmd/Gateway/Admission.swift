import Gossip
import NIOCore
import Synchronization

/// Who may connect: so many in all, and so many from one address. Shared by all loops; asked when a
/// connection begins and ends, never for a message.
final class Admission: Sendable {
    enum Decision: Equatable {
        case admitted
        /// Over a limit: hear the request and answer 503.
        case refused(Reason)
        /// Far over it: not even that.
        case shut(Reason)
    }

    enum Reason: Equatable {
        case connections
        case address
    }

    /// An IPv4 address, or the /64 of an IPv6 address, which is what one subscriber has.
    struct Origin: Hashable {
        var isIPv6: Bool
        var bits: UInt64
    }

    private struct State {
        var connections = 0
        var refusals = 0
        var byOrigin: [Origin: Int] = [:]
    }

    private let limits: Limits
    private let state = Mutex(State())

    init(limits: Limits) {
        self.limits = limits
    }

    /// Connections that were admitted and have not ended.
    var connections: Int { state.withLock { $0.connections } }

    /// Every decision but `shut` MUST be followed by `ended`.
    func begins(_ origin: Origin?) -> Decision {
        state.withLock { state in
            if state.connections >= limits.connectionsMax {
                return refuse(.connections, &state)
            }
            if let origin {
                let number = state.byOrigin[origin, default: 0]
                guard number < limits.connectionsPerAddressMax else {
                    return refuse(.address, &state)
                }
                state.byOrigin[origin] = number + 1
            }
            state.connections += 1
            return .admitted
        }
    }

    /// A connection turned out to come from somewhere else, by way of a proxy.
    func moves(_ decision: Decision, from origin: Origin?, to next: Origin?) -> Decision {
        guard decision == .admitted else { return decision }
        return state.withLock { state in
            leave(origin, &state)
            guard let next else { return .admitted }
            let number = state.byOrigin[next, default: 0]
            guard number < limits.connectionsPerAddressMax else {
                state.connections -= 1
                return refuse(.address, &state)
            }
            state.byOrigin[next] = number + 1
            return .admitted
        }
    }

    func ended(_ origin: Origin?, decision: Decision) {
        state.withLock { state in
            switch decision {
            case .shut:
                return
            case .refused:
                state.refusals -= 1
            case .admitted:
                state.connections -= 1
                leave(origin, &state)
            }
        }
    }

    private func leave(_ origin: Origin?, _ state: inout State) {
        guard let origin, let number = state.byOrigin[origin] else { return }
        state.byOrigin[origin] = number > 1 ? number - 1 : nil
    }

    private func refuse(_ reason: Reason, _ state: inout State) -> Decision {
        guard state.refusals < limits.refusalsMax else { return .shut(reason) }
        state.refusals += 1
        return .refused(reason)
    }
}

extension Admission {
    /// What an address counts as; nil if it is not counted.
    static func origin(of address: SocketAddress?, limits: Limits) -> Origin? {
        origin(of: address.flatMap { Address($0) }, limits: limits)
    }

    static func origin(of address: Address?, limits: Limits) -> Origin? {
        guard let address, !address.isLoopback || limits.countsLoopback else { return nil }
        return address.isIPv4
            ? Origin(isIPv6: false, bits: UInt64(UInt32(truncatingIfNeeded: address.low)))
            : Origin(isIPv6: true, bits: address.high)
    }
}

extension Address {
    /// - Returns: `nil` for a socket that is none of IP.
    init?(_ socket: SocketAddress) {
        // The address stands behind the family and the port, in IPv6 behind the flow label too.
        let port = UInt16(truncatingIfNeeded: socket.port ?? 0)
        switch socket {
        case .v4:
            self.init(ipv4: socket.word(at: 4, UInt32.self), port: port)
        case .v6:
            self.init(
                high: socket.word(at: 8, UInt64.self), low: socket.word(at: 16, UInt64.self),
                port: port)
        case .unixDomainSocket: return nil
        }
    }
}

extension SocketAddress {
    /// An integer in network order within the `sockaddr`.
    fileprivate func word<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _: T.Type) -> T {
        withSockAddr { address, bytes in
            let all = UnsafeRawBufferPointer(start: address, count: bytes)
            guard offset + MemoryLayout<T>.size <= bytes else { return 0 }
            return T(bigEndian: all.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
    }
}
