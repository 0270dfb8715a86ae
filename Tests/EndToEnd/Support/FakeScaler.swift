import NIOCore
import NIOPosix
import Synchronization

/// An admin port that says what a scaler decided, as a test wants it.
final class FakeScaler: Sendable {
    private let channel: any Channel
    let port: Int

    private init(_ channel: any Channel, port: Int) {
        self.channel = channel
        self.port = port
    }

    /// - Parameter count: answers before the first that names the rule.
    static func start(
        naming rule: String, action: String, afterRequests count: Int
    ) async throws -> FakeScaler {
        let requests = Atomic<Int>(0)
        let answer: @Sendable () -> String = {
            let number = requests.add(1, ordering: .relaxed).newValue
            let decision = """
                {"at":"2026-01-01T00:00:00Z","age_seconds":0,"action":"\(action)","count":1,\
                "rule":"\(rule)","reason":"rule \(rule) (…) wants 2","figures":{"instances":1}}
                """
            let decisions = number > count ? decision : ""
            return """
                {"active":true,"acting":"b1","policy":null,"instances":[],"decisions":[\(decisions)]}
                """
        }
        let channel = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeScaler(channel, port: channel.localAddress?.port ?? 0)
    }

    func stop() async throws { try await channel.close() }

    /// One answer to what comes in one piece, as a request without a body on loopback does.
    private final class Answering: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let answer: @Sendable () -> String

        init(_ answer: @escaping @Sendable () -> String) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let body = answer()
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            context.writeAndFlush(NIOAny(ByteBuffer(string: head + body)), promise: nil)
            context.close(promise: nil)
        }
    }
}
