package import Gossip
package import Wire

/// What a node says of itself about once a second, for the scalers: how busy it is.
package struct NodeFigures: Equatable, Sendable {
    /// The node's name.
    package var node: String
    /// Which of its lives.
    package var instance: UInt64
    /// By the number of what is measured, as the policy numbers it. Of what is counted, totals since
    /// the node's start.
    package var values: [UInt8: Double]

    /// More than there will be things to measure.
    static let valuesMax = 64

    package init(node: String, instance: UInt64, values: [UInt8: Double]) {
        self.node = node
        self.instance = instance
        self.values = values
    }

    package var id: NodeID { NodeID(name: node) }

    package func encode() -> [UInt8] {
        var writer = WireWriter(reserving: 192)
        writer.text(node)
        writer.fixed(instance)
        let sorted = values.sorted { $0.key < $1.key }.prefix(Self.valuesMax)
        writer.count(sorted.count)
        for (number, value) in sorted {
            writer.byte(number)
            writer.fixed(value.bitPattern)
        }
        return writer.bytes
    }

    /// Reads what `encode` wrote; what a newer node added at the end is skipped.
    package init(decoding bytes: RawSpan) throws(WireError) {
        var reader = WireReader(bytes)
        let node = try reader.text(maxBytes: Gossip.Limits.nameBytesMax)
        guard !node.isEmpty else { throw .badValue }
        let instance: UInt64 = try reader.fixed()
        var values: [UInt8: Double] = [:]
        for _ in 0..<(try reader.count(max: Self.valuesMax)) {
            let number = try reader.byte()
            let value = Double(bitPattern: try reader.fixed())
            // Twice the same is no list that a node writes; no number is no measurement.
            guard values[number] == nil, value.isFinite else { throw .badValue }
            values[number] = value
        }
        self.init(node: node, instance: instance, values: values)
    }
}

/// What one scaler tells the others, on its way to them by the servers: whose word it is, and the
/// word, which only scalers read.
package struct ScalerWord: Equatable, Sendable {
    package var scaler: NodeID
    package var bytes: [UInt8]

    package init(scaler: NodeID, bytes: [UInt8]) {
        self.scaler = scaler
        self.bytes = bytes
    }

    /// With its frame it must fit into a link's.
    package static let bytesMax = (1 << 20) - 64

    package func encode() -> [UInt8] {
        var writer = WireWriter(reserving: bytes.count + 16)
        writer.fixed(scaler.rawValue)
        writer.bytes(bytes)
        return writer.bytes
    }

    package init(decoding bytes: RawSpan) throws(WireError) {
        var reader = WireReader(bytes)
        self.init(
            scaler: NodeID(rawValue: try reader.fixed()),
            bytes: try reader.bytes(max: Self.bytesMax))
    }
}

/// What the scaler tells a server: what it is to multiply its share of new rooms by.
package enum ServerWeight {
    package static let max: UInt32 = 1_000

    package static func encode(_ weight: UInt32) -> [UInt8] {
        var writer = WireWriter(reserving: 4)
        writer.varint(UInt64(min(weight, Self.max)))
        return writer.bytes
    }

    package static func decode(_ bytes: RawSpan) throws(WireError) -> UInt32 {
        var reader = WireReader(bytes)
        return UInt32(try reader.count(max: Int(Self.max)))
    }
}
