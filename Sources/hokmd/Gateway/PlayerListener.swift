package import Gossip
package import NIOCore
import NIOHTTP1
import NIOPosix

/// The player port: one accepting socket and one `ConnectionLoop` for each event loop of a group,
/// and nothing between them on the way of a message.
package final class PlayerListener: Sendable {
    /// Where players connect; with the port that the kernel chose, where 0 was asked for.
    package let address: SocketAddress
    private let ports: [Port]
    private let admission: Admission
    private let timeScale: TimeScale

    package typealias Secure = @Sendable (any Channel) throws -> [any ChannelHandler]

    fileprivate struct Port: Sendable {
        var channel: any Channel
        var loop: NIOLoopBound<ConnectionLoop>
        var counters: Counters
    }

    private init(
        address: SocketAddress, ports: [Port], admission: Admission, timeScale: TimeScale
    ) {
        self.address = address
        self.timeScale = timeScale
        self.ports = ports
        self.admission = admission
    }

    /// Listens on all event loops of the group.
    ///
    /// - Parameters:
    ///   - host: A name, an IPv4 or an IPv6 address; `::` takes both kinds.
    ///   - port: 0 takes a free one.
    ///   - timeScale: By what the times of `limits` run.
    ///   - secure: Makes what stands first in a connection's pipeline, TLS. Called on its loop.
    ///   - makeSource: Called once on each event loop; the source stays on it.
    /// - Throws: `ListenError`.
    package static func start<Source: SessionSource>(
        host: String, port: Int, group: any EventLoopGroup, limits: Limits = Limits(),
        routes: Routes, timeScale: TimeScale = .real, secure: Secure? = nil,
        makeSource: @escaping @Sendable (ConnectionLoop) throws -> Source
    ) async throws -> PlayerListener {
        guard let resolved = try? SocketAddress.makeAddressResolvingHost(host, port: port) else {
            throw ListenError.unknownHost(host)
        }
        let admission = Admission(limits: limits)
        var address = resolved
        var ports: [Port] = []
        do {
            for eventLoop in group.makeIterator() {
                let socket = try ListeningSocket(address, first: ports.isEmpty)
                let port = try await Port.open(
                    socket, on: eventLoop, limits: limits, routes: routes, admission: admission,
                    timeScale: timeScale, secure: secure, makeSource: makeSource)
                ports.append(port)
                address = port.channel.localAddress ?? address
            }
        } catch {
            for port in ports { try? await port.channel.close() }
            guard let error = error as? IOError else { throw error }
            throw ListeningSocket.error(error.errnoCode, address)
        }
        return PlayerListener(
            address: address, ports: ports, admission: admission, timeScale: timeScale)
    }

    /// One for each event loop.
    package var counters: [Counters] { ports.map(\.counters) }

    /// Of an event, over all loops.
    package func total(_ event: Counters.Event) -> UInt64 {
        ports.reduce(0) { $0 + $1.counters[event] }
    }

    /// Connections now, of `Limits.connectionsMax`.
    package var connections: Int { admission.connections }

    /// Accepts no more connections.
    package func stopAccepting() async {
        for port in ports { try? await port.channel.close() }
    }

    /// Tells every player to go, evenly over `spread`, and returns when the last one has gone: at
    /// most twice `Limits.closeTimeMax` after the spread. Until its end connections are accepted
    /// still, for whoever asks whether we are ready; new players are not.
    package func closeAll(_ code: CloseCode, spread: Duration) async {
        let departures = ports.map { port in
            let eventLoop = port.channel.eventLoop
            let promise = eventLoop.makePromise(of: Void.self)
            eventLoop.execute {
                port.loop.value.leaveAll(code, spread: spread, promise: promise)
            }
            eventLoop.scheduleTask(in: timeScale.amount(spread)) {
                port.channel.close(promise: nil)
            }
            return promise.futureResult
        }
        for departure in departures { try? await departure.get() }
        await stopAccepting()
    }
}

extension PlayerListener.Port {
    fileprivate static func open<Source: SessionSource>(
        _ socket: ListeningSocket, on eventLoop: any EventLoop, limits: Limits, routes: Routes,
        admission: Admission, timeScale: TimeScale, secure: PlayerListener.Secure?,
        makeSource: @escaping @Sendable (ConnectionLoop) throws -> Source
    ) async throws -> Self {
        let counters = Counters()
        let (loop, source) = try await eventLoop.submit {
            let loop = ConnectionLoop(
                eventLoop: eventLoop, limits: limits, counters: counters, timeScale: timeScale)
            return (
                NIOLoopBound(loop, eventLoop: eventLoop),
                NIOLoopBound(try makeSource(loop), eventLoop: eventLoop)
            )
        }.get()
        let buffer = FixedSizeRecvByteBufferAllocator(capacity: limits.receiveBufferBytes)
        let mark = ChannelOptions.Types.WriteBufferWaterMark(
            low: limits.waitingBytesMax, high: limits.waitingBytesMax)
        let channel = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.tcpOption(.unsentBytesMax), value: limits.unsentBytesMax)
            .childChannelOption(.recvAllocator, value: buffer)
            .childChannelOption(.writeBufferWaterMark, value: mark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try accept(
                        channel, loop: loop.value, source: source.value, routes: routes,
                        admission: admission, secure: secure)
                }
            }
            .withBoundSocket(socket.descriptor)
            .get()
        return Self(channel: channel, loop: loop, counters: counters)
    }

    private static func accept(
        _ channel: any Channel, loop: ConnectionLoop, source: some SessionSource, routes: Routes,
        admission: Admission, secure: PlayerListener.Secure?
    ) throws {
        let visitor = Visitor(
            at: channel.remoteAddress, admission: admission, limits: loop.limits,
            counters: loop.counters)
        if case .shut = visitor.decision {
            channel.close(mode: .all, promise: nil)
            return
        }
        loop.channelBegan()
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            visitor.ended()
            loop.channelEnded()
        }

        var handlers: [any ChannelHandler] = []
        if visitor.isProxy {
            handlers.append(ProxyHeaderHandler(visitor, counters: loop.counters))
        }
        if let secure { handlers += try secure(channel) }
        let http = HTTPHandler(loop: loop, source: source, routes: routes, visitor: visitor)
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = loop.limits.requestHeadBytesMax
        limits.maxHeaderListSize = loop.limits.requestHeadBytesMax
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop,
            limitConfiguration: limits)
        handlers += [RequestHeadMeter(http), ByteToMessageHandler(decoder), http]
        try channel.pipeline.syncOperations.addHandlers(handlers)
    }
}

extension NIOBSDSocket.Option {
    /// TCP_NOTSENT_LOWAT of linux/tcp.h: the socket takes no more while this much is not sent yet.
    fileprivate static let unsentBytesMax = Self(rawValue: 25)
}
