internal import NIOCore

/// Hands datagrams to the driver, and lets it answer once for each burst.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let driver: GossipDriver

    init(_ driver: GossipDriver) {
        self.driver = driver
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let source = Address(envelope.remoteAddress) else { return }
        driver.receive(envelope.data, from: source)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        driver.settle()
    }

    /// Reading goes on: what the system says here is of a packet of ours that came to nothing.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
