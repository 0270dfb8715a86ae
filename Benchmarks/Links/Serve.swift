import CMalloc
import Glibc
import Gossip
import Link
import Logging
import NIOCore
import NIOPosix

/// A TLS server like the player port's, without the players: says back what comes; to `heap` it
/// answers with the bytes that this process has from its allocator.
enum Serve {
    /// - Parameter files: nil for plain TCP, to compare with.
    static func run(_ files: CertificateFiles?) async throws {
        guard let clusterKey = Key.generate() else { preconditionFailure("no locked memory") }
        let tickets = TicketKeys(keyring: Keyring(primary: clusterKey), day: 20_000)
        let certificates = try files.map { try TLSCertificates([$0], tickets: tickets) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let loop = try await eventLoop.submit {
            NIOLoopBound(
                TLSLoop(eventLoop: eventLoop, logger: Logger(label: "bench-links")),
                eventLoop: eventLoop)
        }.get()
        let channel = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2_048)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context = certificates?.context {
                        try pipeline.addHandler(TLSHandler(context, loop: loop.value))
                    }
                    try pipeline.addHandler(Echo())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        print("listening port=\(channel.localAddress?.port ?? 0)")
        fflush(nil)
        try await channel.closeFuture.get()
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            let isQuestion = bytes.readableBytesView.elementsEqual("heap\n".utf8)
            let answer = isQuestion ? ByteBuffer(string: "\(Serve.heapBytes)\n") : bytes
            context.write(NIOAny(answer), promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    private static var heapBytes: Int {
        let information = mallinfo2()
        return information.uordblks + information.hblkhd
    }
}
