/// What nodes say to each other on links, beside what keeps the links up.
extension FrameType {
    /// From a gateway's loop to a server: a batch of `GatewayFrame`.
    package static let sessions = FrameType(rawValue: 16)
    /// The answers: a batch of `RoomFrame`.
    package static let rooms = FrameType(rawValue: 17)
    /// Between servers: a batch of `PeerFrame`.
    package static let peers = FrameType(rawValue: 18)
    /// From a server to all who are linked with it: a `LoadReport`.
    package static let load = FrameType(rawValue: 19)
    /// From a balancer to a server, and from a server to the scalers: a node's `NodeFigures`.
    package static let figures = FrameType(rawValue: 20)
    /// From a scaler, by way of servers, to the other scalers: a `ScalerWord`.
    package static let scaler = FrameType(rawValue: 21)
    /// From a scaler to a server: its `ServerWeight`.
    package static let weight = FrameType(rawValue: 22)
}
