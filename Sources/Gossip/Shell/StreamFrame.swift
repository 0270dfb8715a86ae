internal import NIOCore

/// Puts together the one frame that a stream carries each way: its length in four bytes, high first,
/// then a sealed packet of at most `Limits.frameBytesMax` bytes.
struct StreamFrame {
    enum Outcome: Equatable {
        case incomplete
        case complete
        /// Too long, no packet of ours, or more than one frame.
        case malformed
    }

    private static let prefixBytes = 4
    private(set) var bytes: [UInt8] = []
    private var length: Int?

    mutating func add(_ buffer: inout ByteBuffer) -> Outcome {
        bytes.append(contentsOf: buffer.readableBytesView)
        buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
        if length == nil, bytes.count >= StreamFrame.prefixBytes {
            let announced = bytes.prefix(StreamFrame.prefixBytes).reduce(0) { $0 << 8 | Int($1) }
            guard announced >= PacketHeader.overheadBytes, announced <= Limits.frameBytesMax else {
                return .malformed
            }
            bytes.removeFirst(StreamFrame.prefixBytes)
            length = announced
        }
        guard let length else { return .incomplete }
        // Whoever is no member is not let to fill the whole frame first.
        if bytes.count >= 2, (bytes[0], bytes[1]) != PacketHeader.magic { return .malformed }
        guard bytes.count <= length else { return .malformed }
        return bytes.count == length ? .complete : .incomplete
    }

    static func write(_ packet: [UInt8], allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: packet.count + prefixBytes)
        buffer.writeInteger(UInt32(packet.count))
        buffer.writeBytes(packet)
        return buffer
    }
}
