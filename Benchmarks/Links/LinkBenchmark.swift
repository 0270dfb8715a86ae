import Glibc
import Gossip
import Link
import Logging
import NIOCore
import NIOPosix

// Usage: bench-links                  what two hubs on loopback do, one loop each
//        bench-links serve [CERT KEY]   a TLS server for other programs' measurements; without a
//                                       certificate a plain one, to compare with

@main
enum LinkBenchmark {
    static let frameBytes = 64

    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "serve" {
            return try await Serve.run(
                CertificateFiles(certificate: arguments[2], key: arguments[3]))
        }
        if arguments.dropFirst().first == "serve" { return try await Serve.run(nil) }
        for (batch, rounds) in [(1, 20_000), (10, 20_000), (100, 5_000)] {
            try await measure(batch: batch, rounds: rounds)
        }
    }

    /// Sends a batch in one tick, waits until all of it has come back, and so on.
    private static func measure(batch: Int, rounds: Int) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loops = Array(group.makeIterator())
        guard let key = Key.generate() else { preconditionFailure("no locked memory") }
        let address = try await start(loops[0], "server", key) { hub, event in
            guard case .frame(let type, let payload, let id, _) = event else { return }
            hub.send(type, payload, on: id)
        }.address
        let promise = loops[1].makePromise(of: Double.self)
        let rounder = try await loops[1].submit {
            NIOLoopBound(
                Rounder(batch: batch, rounds: rounds, promise: promise), eventLoop: loops[1])
        }.get()
        let (client, _) = try await start(loops[1], "client", key) { hub, event in
            rounder.value.hear(event, hub)
        }
        let before = processorSeconds
        try await loops[1].submit { client.value.setPeer(NodeID(name: "server"), address) }.get()
        let seconds = try await promise.futureResult.get()
        let frames = Double(2 * batch * rounds)
        let processor = (processorSeconds - before) * 1e6 / frames
        print(
            "batch=\(batch) frames_per_second=\(Int(frames / seconds))",
            "round_trip_us=\(Int(seconds * 1e6) / rounds)",
            "cpu_us_per_frame=\((processor * 100).rounded() / 100)")
        try await group.shutdownGracefully()
    }

    private static func start(
        _ loop: any EventLoop, _ name: String, _ key: Key,
        _ hear: @escaping @Sendable (LinkHub, LinkEvent) -> Void
    ) async throws -> (hub: NIOLoopBound<LinkHub>, address: Address) {
        let (hub, address) = try await loop.submit {
            let hub = try LinkHub(
                eventLoop: loop,
                identity: LinkIdentity(name: name, cluster: "bench", instance: 1),
                keyring: Keyring(primary: key),
                logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() })
            hub.onEvent = { [unowned hub] event in hear(hub, event) }
            return (
                NIOLoopBound(hub, eventLoop: loop),
                hub.listen(on: Address(ipv4: 0x7F00_0001, port: 0))
            )
        }.get()
        return (hub, try await address.get())
    }

    private static var processorSeconds: Double {
        Double(clock()) / Double(CLOCKS_PER_SEC)
    }
}

/// Goes round after round. Confined to the client's loop.
private final class Rounder {
    private let batch: Int
    private var roundsLeft: Int
    private var outstanding = 0
    private var start = ContinuousClock.now
    private let promise: EventLoopPromise<Double>
    private let server = NodeID(name: "server")
    private let payload = ByteBuffer(repeating: 7, count: LinkBenchmark.frameBytes)

    init(batch: Int, rounds: Int, promise: EventLoopPromise<Double>) {
        self.batch = batch
        self.roundsLeft = rounds
        self.promise = promise
    }

    func hear(_ event: LinkEvent, _ hub: LinkHub) {
        switch event {
        case .up:
            start = .now
            send(hub)
        case .frame:
            outstanding -= 1
            if outstanding == 0 { send(hub) }
        case .down(_, let ending): promise.fail(ending)
        }
    }

    private func send(_ hub: LinkHub) {
        guard roundsLeft > 0 else {
            let (seconds, attoseconds) = start.duration(to: .now).components
            return promise.succeed(Double(seconds) + Double(attoseconds) / 1e18)
        }
        roundsLeft -= 1
        outstanding = batch
        for _ in 0..<batch { hub.send(.firstFree, payload, to: server) }
    }
}
