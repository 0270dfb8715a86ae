import Gossip
import Link
import NIOCore
import NIOPosix
import Synchronization

/// A TLS server on a free port of loopback that speaks a little HTTP: it says back what comes, as
/// the body of an answer, and closes after a line with `bye` in it.
final class TLSServer: Sendable {
    let address: SocketAddress
    let certificates: TLSCertificates?
    private let group: MultiThreadedEventLoopGroup
    private let loop: NIOLoopBound<TLSLoop>
    private let heard = Mutex<(dones: [TLSHandshakeDone], errors: [TLSError])>(([], []))

    /// The handshakes that were done, and the errors, so far.
    var dones: [TLSHandshakeDone] { heard.withLock { $0.dones } }
    var errors: [TLSError] { heard.withLock { $0.errors } }

    var port: Int { address.port ?? 0 }

    private init(
        _ group: MultiThreadedEventLoopGroup, _ loop: NIOLoopBound<TLSLoop>,
        _ certificates: TLSCertificates?, _ address: SocketAddress
    ) {
        self.group = group
        self.loop = loop
        self.certificates = certificates
        self.address = address
    }

    /// The kind of connection it takes.
    enum Kind: Sendable {
        case players(TLSCertificates)
        case links(Keyring)

        fileprivate var context: TLSContext {
            get throws {
                switch self {
                case .players(let certificates): certificates.context
                case .links(let keyring): try TLSContext.accepting(LinkKeys(keyring: keyring))
                }
            }
        }
    }

    static func with(_ kind: Kind, _ body: (TLSServer) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await start(kind, group)
        do {
            try await body(server)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private static func start(
        _ kind: Kind, _ group: MultiThreadedEventLoopGroup
    ) async throws -> TLSServer {
        let eventLoop = group.next()
        let loop = try await eventLoop.submit {
            NIOLoopBound(TLSLoop(eventLoop: eventLoop, logger: quiet), eventLoop: eventLoop)
        }.get()
        let box = Mutex<TLSServer?>(nil)
        let holder = Holder(box)
        let channel = try await ServerBootstrap(group: eventLoop)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let context = try kind.context
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context, loop: loop.value, keepsHalfClosed: true),
                        Echo { holder.server },
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let certificates: TLSCertificates? =
            if case .players(let certificates) = kind { certificates } else { nil }
        let server = TLSServer(group, loop, certificates, channel.localAddress!)
        holder.server = server
        return server
    }

    private func add(_ done: TLSHandshakeDone) { heard.withLock { $0.dones.append(done) } }
    private func add(_ error: TLSError) { heard.withLock { $0.errors.append(error) } }

    var counters: TLSCounters {
        get async throws {
            try await loop.eventLoop.submit { self.loop.value.counters }.get()
        }
    }

    private final class Holder: Sendable {
        private let box: Mutex<TLSServer?>

        init(_ box: consuming Mutex<TLSServer?>) { self.box = box }

        var server: TLSServer? {
            get { box.withLock { $0 } }
            set { box.withLock { $0 = newValue } }
        }
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let server: () -> TLSServer?
        private var received = ByteBuffer()

        init(_ server: @escaping () -> TLSServer?) { self.server = server }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let done = event as? TLSHandshakeDone {
                server()?.add(done)
            }
            guard let event = event as? ChannelEvent, event == .inputClosed else { return }
            say("end after \(received.readableBytes) bytes\n", context)
            context.close(mode: .all, promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            received.writeBuffer(&bytes)
            let text = String(buffer: received)
            if text.hasPrefix("GET"), text.hasSuffix("\r\n\r\n") {
                say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", context)
            } else if text.hasPrefix("flood") {
                context.writeAndFlush(
                    NIOAny(ByteBuffer(repeating: 0x61, count: 5_000_000)), promise: nil)
                context.close(mode: .output, promise: nil)
            } else if text.contains("bye") {
                say(text, context)
                context.close(mode: .all, promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? TLSError { server()?.add(error) }
        }

        private func say(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        }
    }
}
