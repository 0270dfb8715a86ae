internal import Gateway
internal import Glibc
package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// Why the admin port does not start. Its description is one line for people.
package enum AdminStartError: Error, Equatable, CustomStringConvertible {
    /// Beyond loopback without what protects it there.
    case unprotected(address: String, lacks: [String])
    case token(AdminToken.FileError)

    package var description: String {
        switch self {
        case .unprotected(let address, let lacks):
            "the admin port may not listen on \(address) without \(lacks.joined(separator: " and ")); use 127.0.0.1"
        case .token(let error): error.description
        }
    }
}

/// Where and how the admin port listens.
package struct AdminConfiguration: Sendable {
    /// A name, an IPv4 or an IPv6 address.
    package var host: String
    /// 0 takes a free one.
    package var port: Int
    package var tokenFile: String?
    /// Makes the handlers that end TLS on a connection, on its loop; nil: no TLS.
    package var secure: Secure?

    package typealias Secure = @Sendable (any Channel) throws -> [any ChannelHandler]

    package init(
        host: String, port: Int, tokenFile: String? = nil, secure: Secure? = nil
    ) {
        self.host = host
        self.port = port
        self.tokenFile = tokenFile
        self.secure = secure
    }
}

/// The admin port: HTTP/1.1 on event loops that no player's message runs on.
package final class AdminServer: Sendable {
    /// With the port that the kernel chose, where 0 was asked for.
    package let address: SocketAddress
    private let channel: any Channel
    private let connections: AdminConnections

    private init(address: SocketAddress, channel: any Channel, connections: AdminConnections) {
        self.address = address
        self.channel = channel
        self.connections = connections
    }

    /// Listens. Throws `ListenError` or `AdminStartError`.
    ///
    /// - Parameters:
    ///   - metrics: what `/metrics` shows.
    ///   - audit: where actions are written down before they are done; nil: nowhere.
    package static func start(
        _ configuration: AdminConfiguration, group: any EventLoopGroup, source: any AdminSource,
        metrics: MetricsRegistry, audit: AuditLog? = nil, log: Logger
    ) async throws -> AdminServer {
        guard
            let wanted = try? SocketAddress.makeAddressResolvingHost(
                configuration.host, port: configuration.port)
        else { throw ListenError.unknownHost(configuration.host) }
        let token = try protection(configuration, wanted)
        let responder = AdminResponder(
            guardian: AdminGuard(host: configuration.host, token: token), source: source,
            metrics: { await metrics.exposition() },
            actions: AuditedActions(audit: audit, log: log))
        let connections = AdminConnections()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.begin(channel) else {
                        return channel.close(promise: nil)
                    }
                    try configure(channel, configuration, responder)
                }
            }
        do {
            let channel = try await bootstrap.bind(to: wanted).get()
            return AdminServer(
                address: channel.localAddress ?? wanted, channel: channel,
                connections: connections)
        } catch let error as IOError {
            throw listenError(error.errnoCode, wanted)
        }
    }

    /// Answers no more; returns when every connection is closed.
    package func stop() async {
        try? await channel.close()
        await connections.closeAll()
    }

    /// The token of the configuration. Throws where the address needs more than there is.
    static func protection(
        _ configuration: AdminConfiguration, _ address: SocketAddress
    ) throws(AdminStartError) -> AdminToken? {
        var token: AdminToken?
        if let file = configuration.tokenFile {
            do throws(AdminToken.FileError) {
                token = try AdminToken(file: file)
            } catch { throw .token(error) }
        }
        guard !Loopback.includes(address.ipAddress ?? "") else { return token }
        var lacks: [String] = []
        if token == nil { lacks.append("a token file") }
        if configuration.secure == nil { lacks.append("TLS") }
        guard lacks.isEmpty else {
            throw .unprotected(address: text(address), lacks: lacks)
        }
        return token
    }

    private static func configure(
        _ channel: any Channel, _ configuration: AdminConfiguration, _ responder: AdminResponder
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let secure = configuration.secure { try pipeline.addHandlers(secure(channel)) }
        try pipeline.addHandler(
            IdleStateHandler(readTimeout: TimeAmount(AdminLimits.idleTimeMax)))
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = AdminLimits.headBytesMax
        limits.maxHeaderListSize = AdminLimits.headBytesMax
        try pipeline.configureHTTPServerPipeline(
            withErrorHandling: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: limits)
        try pipeline.addHandler(AdminHandler(responder: responder))
    }

    private static func text(_ address: SocketAddress) -> String {
        let host = address.ipAddress ?? "?"
        let port = address.port ?? 0
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func listenError(_ code: CInt, _ address: SocketAddress) -> ListenError {
        switch code {
        case EADDRINUSE: .taken(address: text(address))
        case EACCES, EPERM: .notPermitted(address: text(address))
        default: .failed(address: text(address), errno: code)
        }
    }
}

/// The open connections: so many at most, and closed at the end.
private final class AdminConnections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// Whether there is room for one more.
    func begin(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let fits = channels.withLock { channels in
            guard channels.count < AdminLimits.connectionsMax else { return false }
            channels[id] = channel
            return true
        }
        if fits {
            channel.closeFuture.whenComplete { _ in
                _ = self.channels.withLock { $0.removeValue(forKey: id) }
            }
        }
        return fits
    }

    func closeAll() async {
        for channel in channels.withLock({ Array($0.values) }) {
            try? await channel.close()
        }
    }
}
