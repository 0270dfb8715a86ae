package import NIOCore

/// Where players connect.
package struct Door: Sendable, Equatable {
    /// Makes what stands first in a connection's pipeline: TLS. Called on the connection's loop.
    package typealias Secure = @Sendable (any Channel) throws -> [any ChannelHandler]

    let address: SocketAddress
    /// As the request's `Host` names it (RFC 9112, section 3.2).
    let authority: String
    let secure: Secure?

    package init(address: SocketAddress, authority: String, secure: Secure? = nil) {
        self.address = address
        self.authority = authority
        self.secure = secure
    }

    package static func == (one: Door, other: Door) -> Bool { one.address == other.address }
}

/// Knocks once, before thousands do.
extension Door {
    /// What a knock brought.
    package enum Answer: Equatable, Sendable {
        /// A WebSocket, by the rules.
        case opened
        /// Nobody, or somebody else; with the reason.
        case refused(String)
    }

    /// Connects, and lets go again.
    package func knock(within time: TimeAmount, on loop: any EventLoop) async throws -> Answer {
        let promise = loop.makePromise(of: Answer.self)
        return try await loop.flatSubmit {
            let socket = PlayerSocket.connect(to: self, within: time, on: loop) { incoming in
                switch incoming {
                case .open, .message, .closed: promise.succeed(.opened)
                case .refused(let reason): promise.succeed(.refused(reason))
                }
            }
            let bound = NIOLoopBound(socket, eventLoop: loop)
            promise.futureResult.whenComplete { _ in bound.value.drop() }
            return promise.futureResult
        }.get()
    }
}
