import Glibc
import Gossip
import NIOCore
import NIOPosix
import Scaler

/// What binds a server to the scaler that started it: standard input, which ends when that process
/// does, however it does.
enum Lifeline {
    /// Whether this process was started so.
    static var isHeld: Bool { getenv(ProcessProvisioner.lifelineVariable) != nil }

    /// Asks this process to stop as SIGTERM does, once standard input ends.
    static func watch(_ gossip: GossipService) async throws {
        let descriptor = dup(STDIN_FILENO)
        guard descriptor >= 0 else { throw Failure(.failed, "stdin: \(SystemError.last)") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = try await NIOPipeBootstrap(group: gossip.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EndHandler(gossip: gossip))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor).get()
    }

    private final class EndHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let gossip: GossipService

        init(gossip: GossipService) { self.gossip = gossip }

        func channelInactive(context: ChannelHandlerContext) {
            // Our own stop ends it too, and a second signal would end that at once.
            if !gossip.snapshot.isLeaving { kill(getpid(), SIGTERM) }
        }
    }
}
