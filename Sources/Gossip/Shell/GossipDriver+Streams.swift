internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix

/// A request of ours by stream, with what ends it.
final class Exchange {
    var channel: (any Channel)?
    var timer: Scheduled<Void>?

    func end() {
        timer?.cancel()
        timer = nil
        channel?.close(promise: nil)
    }
}

extension GossipDriver {
    /// Datagrams that are read in one call, and bytes for each: one more than a packet may have, so
    /// that a longer one is seen to be too long.
    private static let datagramsPerRead = 16
    private static let datagramBytes = 1_280
    private static let reopenAfter = TimeAmount.seconds(1)

    // MARK: Opening

    func openDatagrams() -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let buffer = FixedSizeRecvByteBufferAllocator(
            capacity: Self.datagramsPerRead * Self.datagramBytes)
        return DatagramBootstrap(group: eventLoop)
            .channelOption(.datagramVectorReadMessageCount, value: Self.datagramsPerRead)
            .channelOption(.recvAllocator, value: buffer)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(bound.value))
                }
            }
            .withBoundSocket(sockets.datagrams)
            .map { bound.value.opened($0, isListener: false) }
    }

    func openListener() -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 128)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let source = try bound.value.admit(channel)
                    try channel.pipeline.syncOperations.addHandler(
                        AnswerHandler(bound.value, source: source))
                }
            }
            .withBoundSocket(sockets.streams)
            .map { bound.value.opened($0, isListener: true) }
    }

    private func opened(_ channel: any Channel, isListener: Bool) {
        if isListener { listener = channel } else { datagrams = channel }
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            guard !self.isClosed else { return }
            self.log.error(
                "gossip socket lost", metadata: ["protocol": isListener ? "tcp" : "udp"])
            self.reopen(isListener: isListener)
        }
    }

    private func reopen(isListener: Bool) {
        eventLoop.assumeIsolated().scheduleTask(in: Self.reopenAfter) {
            guard !self.isClosed else { return }
            do throws(GossipError) {
                try isListener ? self.sockets.rebindStreams() : self.sockets.rebindDatagrams()
            } catch {
                self.log.error("gossip socket", metadata: ["reason": "\(error)"])
                self.reopen(isListener: isListener)
                return
            }
            let opening = isListener ? self.openListener() : self.openDatagrams()
            opening.assumeIsolated().whenFailure { _ in self.reopen(isListener: isListener) }
        }
    }

    // MARK: Streams of others

    struct TooMany: Error {}

    private func admit(_ channel: any Channel) throws -> Address {
        guard let source = Address(channel.remoteAddress) else { throw TooMany() }
        let host = Address(high: source.high, low: source.low, port: 0)
        let count = streamsByHost[host] ?? 0
        guard streams.count < Limits.streamsMax, count < Limits.streamsPerHostMax else {
            refusedStream()
            throw TooMany()
        }
        let key = ObjectIdentifier(channel)
        streams[key] = channel
        streamsByHost[host] = count + 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.streams[key] = nil
            let left = (self.streamsByHost[host] ?? 1) - 1
            self.streamsByHost[host] = left > 0 ? left : nil
        }
        return source
    }

    func refusedStream() { refusedStreams += 1 }

    // MARK: Streams of ours

    func request(_ id: UInt32, _ packet: [UInt8], to target: Address, timeout: Duration) {
        let exchange = Exchange()
        exchanges[id] = exchange
        let time = options.timeScale.amount(timeout)
        exchange.timer = eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.conclude(id, .failure(RequestHandler.NoAnswer()))
        }
        guard sockets.reaches(target), let address = target.socketAddress else {
            eventLoop.assumeIsolated().execute {
                self.conclude(id, .failure(RequestHandler.NoAnswer()))
            }
            return
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(time)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = RequestHandler(packet) { bound.value.conclude(id, $0) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(to: address).assumeIsolated().whenComplete { result in
                switch result {
                case .failure(let error):
                    self.conclude(id, .failure(error))
                case .success(let channel):
                    // It may have been given up meanwhile.
                    if let exchange = self.exchanges[id] {
                        exchange.channel = channel
                    } else {
                        channel.close(promise: nil)
                    }
                }
            }
    }

    private func conclude(_ id: UInt32, _ result: Result<[UInt8], any Error>) {
        guard let exchange = exchanges.removeValue(forKey: id) else { return }
        exchange.end()
        input { now in
            switch result {
            case .success(let reply):
                swim.receive(reply: reply.span.bytes, to: id, now: now)
            case .failure(let error):
                let isRefused = (error as? IOError)?.errnoCode == ECONNREFUSED
                swim.requestFailed(id, isRefused: isRefused, now: now)
            }
        }
    }
}
