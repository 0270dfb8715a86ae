internal import NIOCore
internal import NIOPosix

extension Node {
    /// One of the totals that its admin port tells, over all labels; nil where it has none.
    package func total(_ name: String) async throws -> Double? {
        let text = try await ask("/metrics")
        let values = text.split(separator: "\n").filter {
            $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name){")
        }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        return values.isEmpty ? nil : values.reduce(0, +)
    }

    /// What its admin port answers, head and body.
    private func ask(_ path: String) async throws -> String {
        guard let address = address(of: "admin"),
            let port = address.split(separator: ":").last.flatMap({ Int($0) })
        else { throw Overdue(what: "an admin port of \(name)") }
        let loop = NIOSingletons.posixEventLoopGroup.next()
        let answer = loop.makePromise(of: String.self)
        ClientBootstrap(group: loop).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Answer(answer))
            }
        }.connect(host: "127.0.0.1", port: port).whenComplete { result in
            switch result {
            case .success(let channel):
                let request =
                    "GET \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n"
                channel.writeAndFlush(ByteBuffer(string: request), promise: nil)
            case .failure(let error): answer.fail(error)
            }
        }
        return try await answer.futureResult.get()
    }
}

/// All that comes until the other end closes.
private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<String>
    private var bytes = ByteBuffer()

    init(_ promise: EventLoopPromise<String>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        bytes.writeBuffer(&part)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(String(buffer: bytes))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
