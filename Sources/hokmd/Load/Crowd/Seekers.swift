internal import JSON
internal import NIOCore
internal import NIOPosix

/// Players who want any seat that there is, and wait where there is none. Those who find one sit there
/// and do nothing. Its methods may be called from anywhere.
package final class Seekers: Sendable {
    private let loop = NIOSingletons.posixEventLoopGroup.next()
    private let room: NIOLoopBound<Room>

    /// Confined to its loop.
    private final class Room {
        var sockets: [PlayerSocket] = []
    }

    private let door: Door
    private static let connectTimeMax = TimeAmount.seconds(10)

    package init(_ door: Door) async throws {
        self.door = door
        room = try await loop.submit { [loop] in NIOLoopBound(Room(), eventLoop: loop) }.get()
    }

    /// So many more come.
    package func come(_ count: Int) {
        loop.execute { [self] in
            for _ in 0..<count {
                let number = room.value.sockets.count
                room.value.sockets.append(seek(number))
            }
        }
    }

    private func seek(_ number: Int) -> PlayerSocket {
        let room = room
        return PlayerSocket.connect(to: door, within: Self.connectTimeMax, on: loop) { incoming in
            guard case .open = incoming else { return }
            room.value.sockets[number].send([
                "type": "quick", "id": 1, "name": .string("seeker \(number)"),
            ])
        }
    }

    /// All give up what they have, and drop their connections.
    package func leave() {
        loop.execute { [room] in
            for socket in room.value.sockets {
                socket.send(["type": "leave"])
                socket.drop()
            }
            room.value.sockets = []
        }
    }
}
