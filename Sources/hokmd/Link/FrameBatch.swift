package import Wire

/// What gateways and servers say to each other on one turn of a loop, as it goes over a link.
///
/// A batch is the sender's view number as a varint and then frames to its end. Each frame begins
/// with a byte: its kind in the low four bits, and above them which optional parts it has. So equal
/// batches have equal bytes, and whoever sends something else is refused.
package struct FrameBatch<Frame: BatchedFrame>: Equatable, Sendable {
    /// The newest view that the sender has; 0 before the first.
    package var view: UInt64
    package var frames: [Frame]

    package init(view: UInt64, frames: [Frame]) {
        self.view = view
        self.frames = frames
    }
}

/// A frame that can be part of a batch.
package protocol BatchedFrame: Equatable, Sendable {
    /// The same said to fewer sessions at a time, where one frame would be too long.
    var parts: [Self] { get }
    func write(to writer: inout WireWriter)
    /// Reads what `write` wrote, and refuses everything else.
    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError)
}

/// Every bound of these frames, in bytes where nothing else is said.
package enum SessionLimits {
    /// Of a batch: what a link takes in one piece.
    package static let batchBytesMax = 1 << 20
    /// Of one message to a player, or of an echo: a batch has room for it and for all that a frame
    /// says beside it.
    package static let messageBytesMax = batchBytesMax - (64 << 10)
    /// Sessions that one frame names; more are told by several frames.
    package static let audienceMax = 4_096
    /// Of a line of chat: 200 Unicode scalars of four bytes.
    static let chatBytesMax = 800
    /// Of the longest name of an error.
    static let errorBytesMax = 32
}

extension FrameBatch {
    /// Frames as batches of at most `SessionLimits.batchBytesMax`, in order.
    package static func encode(_ frames: [Frame], view: UInt64) -> [[UInt8]] {
        var batches: [[UInt8]] = []
        var writer = header(view)
        let headerBytes = writer.bytes.count
        for frame in frames {
            for part in frame.parts {
                let start = writer.bytes.count
                part.write(to: &writer)
                guard writer.bytes.count > SessionLimits.batchBytesMax else { continue }
                precondition(
                    writer.bytes.count - start <= SessionLimits.batchBytesMax - headerBytes,
                    "a frame is longer than a batch may be")
                batches.append(Array(writer.bytes[..<start]))
                var next = header(view)
                next.raw(writer.bytes[start...])
                writer = next
            }
        }
        if writer.bytes.count > headerBytes { batches.append(writer.bytes) }
        return batches
    }

    package init(decoding bytes: RawSpan) throws(WireError) {
        guard bytes.byteCount <= SessionLimits.batchBytesMax else { throw .tooLong }
        var reader = WireReader(bytes)
        view = try reader.varint()
        frames = []
        while reader.remaining > 0 { frames.append(try Frame(from: &reader)) }
    }

    private static func header(_ view: UInt64) -> WireWriter {
        var writer = WireWriter(reserving: 512)
        writer.varint(view)
        return writer
    }
}
