import Gateway
import Glibc
import Gossip
import NIOCore
import NIOPosix

// Usage: bench-echo [CONNECTIONS]. CPU of the server's thread for each message that an echo sends
// back, the kernel's part included: our WebSocket beside NIO's own. Clients have a thread of their own.

/// The listener's other service is not used here.
final class NoPlayers: SessionSource {
    func session(for address: SocketAddress?, now: Instant) -> EchoSession { EchoSession() }
}

/// A server on one event loop, and the clients that are connected to it.
struct Contestant {
    let loop: any EventLoop
    let clients: Clients

    /// CPU that the loop's thread has used.
    private func used() async throws -> Duration {
        try await loop.submit {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }.get()
    }

    /// CPU of the server for the whole load.
    func cost(of load: Load) async throws -> Duration {
        let before = try await used()
        try await clients.run(load)
        return try await used() - before
    }
}

let connections = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
/// The middle one of these counts.
let runs = 5
let groups = (0..<3).map { _ in MultiThreadedEventLoopGroup(numberOfThreads: 1) }

// The clients answer no Ping, and wait while the other server is measured.
var limits = Limits()
limits.pingInterval = .seconds(3_600)
limits.silenceMax = .seconds(3_600)
let listener = try await PlayerListener.start(
    host: "127.0.0.1", port: 0, group: groups[0], limits: limits, routes: Routes(echo: true)
) { _ in NoPlayers() }
let plain = try await PlainEcho.start(on: groups[1])
guard let plainAddress = plain.localAddress else { preconditionFailure("it is bound") }

let ours = Contestant(
    loop: groups[0].next(),
    clients: try await .connect(
        connections, to: listener.address, path: "/v1/echo", on: groups[2].next()))
let stock = Contestant(
    loop: groups[1].next(),
    clients: try await .connect(connections, to: plainAddress, path: "/", on: groups[2].next()))

func microseconds(_ times: [Duration], _ messages: Int) -> String {
    let middle = times.sorted()[times.count / 2]
    let hundredths = Int(middle / .nanoseconds(10)) / messages
    return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10) µs"
}

for (bytes, inBurst) in [(100, 1), (100, 16), (1024, 1), (1024, 16), (16_384, 1)] {
    let load = Load(
        messageBytes: bytes, messagesInBurst: inBurst,
        bursts: max(20, 100_000 / connections / inBurst / max(1, bytes / 1024)))
    let messages = connections * load.messagesInBurst * load.bursts
    var (oursTimes, stockTimes): ([Duration], [Duration]) = ([], [])
    for _ in 0..<runs {
        oursTimes.append(try await ours.cost(of: load))
        stockTimes.append(try await stock.cost(of: load))
    }
    print(
        "\(bytes) bytes, \(inBurst) at a time:",
        "hokmd \(microseconds(oursTimes, messages)),",
        "plain NIO \(microseconds(stockTimes, messages)) of CPU a message")
}

try await ours.clients.close()
try await stock.clients.close()
try await plain.close().get()
await listener.stopAccepting()
for group in groups { try await group.shutdownGracefully() }
