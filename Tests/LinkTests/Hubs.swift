import Glibc
import Gossip
import Link
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A hub on a loop of its own, for tests that stand outside of it. What it hears becomes lines.
final class Node: Sendable {
    let name: String
    let group: MultiThreadedEventLoopGroup
    let hub: NIOLoopBound<LinkHub>
    let address: Address
    private let stream: AsyncStream<String>
    private let lines: AsyncStream<String>.Continuation

    var id: NodeID { NodeID(name: name) }

    private init(
        _ name: String, _ group: MultiThreadedEventLoopGroup, _ hub: NIOLoopBound<LinkHub>,
        _ address: Address, _ stream: AsyncStream<String>, _ lines: AsyncStream<String>.Continuation
    ) {
        self.name = name
        self.group = group
        self.hub = hub
        self.address = address
        self.stream = stream
        self.lines = lines
    }

    struct Settings: Sendable {
        var instance: UInt64 = 1
        var cluster = "c"
        var keyring = Keyring(primary: key(1))
        var protocols = ProtocolRange.ours
        var loop: UInt16 = 0
        var limits = LinkLimits()
        /// Never gives up, on a machine that is busy with other tests.
        var timing = LinkTiming.patient
        var port: UInt16 = 0
    }

    static func start(_ name: String, _ settings: Settings = Settings()) async throws -> Node {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let (stream, lines) = AsyncStream<String>.makeStream()
        let (hub, address) = try await eventLoop.submit {
            let hub = try LinkHub(
                eventLoop: eventLoop,
                identity: LinkIdentity(
                    name: name, cluster: settings.cluster, instance: settings.instance,
                    loop: settings.loop, protocols: settings.protocols),
                keyring: settings.keyring, timing: settings.timing, limits: settings.limits,
                logger: Logger(label: "test") { _ in LineLog(lines: lines) })
            hub.view = 7
            hub.onEvent = { [unowned hub] event in hear(event, hub, lines) }
            return (
                NIOLoopBound(hub, eventLoop: eventLoop),
                hub.listen(on: Address(ipv4: 0x7F00_0001, port: settings.port))
            )
        }.get()
        return Node(name, group, hub, try await address.get(), stream, lines)
    }

    /// Frames of type 17 are answered on the link that they came on; of type 18 only counted.
    private static func hear(
        _ event: LinkEvent, _ hub: LinkHub, _ lines: AsyncStream<String>.Continuation
    ) {
        switch event {
        case .up(let link):
            lines.yield("up \(link.peer.name) \(link.direction.rawValue) view \(link.peer.view)")
        case .down(let link, let ending):
            lines.yield("down \(link.peer.name) \(link.direction.rawValue): \(ending)")
        case .frame(let type, let payload, let id, _):
            if type.rawValue == 17 { hub.send(.init(rawValue: 16), payload, on: id) }
            let text =
                payload.readableBytes > 40
                ? "\(payload.readableBytes) bytes" : String(buffer: payload)
            lines.yield("\(type.rawValue) \(text)")
        }
    }

    func on<Result: Sendable>(
        _ body: @escaping @Sendable (LinkHub) throws -> Result
    ) async throws -> Result {
        let hub = hub
        return try await hub.eventLoop.submit { try body(hub.value) }.get()
    }

    /// The next line of events and of the log.
    func next() async -> String? {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next(isolation: #isolation)
    }

    func next(startingWith start: String) async -> String? {
        while let line = await next() {
            if line.hasPrefix(start) { return line }
        }
        return nil
    }

    func send(_ text: String, type: UInt8 = 16, to node: Node) async throws -> Bool {
        try await on { $0.send(FrameType(rawValue: type), ByteBuffer(string: text), to: node.id) }
    }

    func dial(_ node: Node) async throws {
        try await on { $0.setPeer(node.id, node.address) }
    }

    func stop() async throws {
        try await on { $0.stop() }.get()
        try await group.shutdownGracefully()
    }
}

/// Starts nodes, and stops them at the end however it comes.
func withNodes(
    _ settings: [(String, Node.Settings)], _ body: ([Node]) async throws -> Void
) async throws {
    var nodes: [Node] = []
    for (name, settings) in settings { nodes.append(try await Node.start(name, settings)) }
    do {
        try await body(nodes)
    } catch {
        for node in nodes { try? await node.stop() }
        throw error
    }
    for node in nodes { try? await node.stop() }
}

/// Puts log lines between the events.
private struct LineLog: LogHandler {
    let lines: AsyncStream<String>.Continuation
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    init(lines: AsyncStream<String>.Continuation) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let reason = event.metadata?["reason"].map { ": \($0)" } ?? ""
        lines.yield("log \(event.message)\(reason)")
    }
}

/// Keeps a loop from running, as a machine that swaps or a process that is stopped.
final class Blockade: Sendable {
    private let descriptors: (read: Int32, write: Int32)

    init(_ eventLoop: any EventLoop) {
        var pair: [Int32] = [0, 0]
        precondition(pipe(&pair) == 0)
        descriptors = (pair[0], pair[1])
        let descriptor = pair[0]
        eventLoop.execute {
            var byte: UInt8 = 0
            _ = read(descriptor, &byte, 1)
        }
    }

    func lift() {
        _ = write(descriptors.write, [0], 1)
    }

    deinit {
        close(descriptors.read)
        close(descriptors.write)
    }
}

extension LinkTiming {
    /// Nobody is too slow for it.
    static var patient: LinkTiming {
        typealias Time = WritableKeyPath<LinkTiming, Duration>
        var timing = LinkTiming()
        for path in [\.silenceMax, \.connectMax, \.handshakeMax, \.helloMax] as [Time] {
            timing[keyPath: path] = .seconds(3_600)
        }
        return timing
    }
}
