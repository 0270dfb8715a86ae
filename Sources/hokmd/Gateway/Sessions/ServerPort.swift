package import Gossip
package import Link

/// Where a gateway's loop hands over what it has to say to servers, once a turn. Called on that
/// loop; MUST keep the order of what goes to one server, or tell the loop that its link is down.
package protocol ServerPort {
    func send(_ frames: [GatewayFrame], to node: NodeID)
}

/// The rooms of this very process: a server to which the way is always open.
package struct InProcessServer: ServerPort {
    private let rooms: any RoomsPort
    private let gateway: GatewayID

    package init(rooms: any RoomsPort, gateway: GatewayID) {
        self.rooms = rooms
        self.gateway = gateway
    }

    package func send(_ frames: [GatewayFrame], to node: NodeID) {
        rooms.send(frames, from: gateway)
    }
}
