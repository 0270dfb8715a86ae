/// A parser that takes bytes from outside, as a function over any bytes. It must return, whatever
/// they are; where it can say what must hold of the result, it traps if that does not.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// What is inside a sealed packet, and what a SWIM machine does with it.
    case packet
    /// Views, the messages about them, and the promises on disk.
    case view
    /// The frames of a WebSocket client.
    case websocket
    case json
    /// A table's snapshot.
    case snapshot
    /// What a node says of itself, what scalers say to each other and to servers.
    case figures
    /// What a scaler that takes over is told.
    case scalerState
    /// A day of the scaler's history.
    case minutes

    package func run(_ bytes: [UInt8]) {
        switch self {
        case .packet:
            PacketFuzz.decode(bytes)
            PacketFuzz.deliver(bytes)
        case .view: ViewFuzz.decode(bytes)
        case .websocket: WebSocketFuzz.parse(bytes)
        case .json: JSONFuzz.scan(bytes)
        case .snapshot: SnapshotFuzz.decode(bytes)
        case .figures: FiguresFuzz.decode(bytes)
        case .scalerState: ScalerFuzz.takeOver(bytes)
        case .minutes: ScalerFuzz.history(bytes)
        }
    }
}
