package import NIOCore

/// What a frame is about. Numbers below `firstFree` are the links' own.
package struct FrameType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    static let hello = FrameType(rawValue: 0)
    static let ping = FrameType(rawValue: 1)
    static let pong = FrameType(rawValue: 2)
    static let goodbye = FrameType(rawValue: 3)
    package static let firstFree = FrameType(rawValue: 16)

    package var isFree: Bool { rawValue >= FrameType.firstFree.rawValue }
}

/// A frame on the wire:
///
///     length of the payload, 4, little-endian | type, 1 | payload
package enum Frame {
    package static let headerBytes = 5

    static func append(_ type: FrameType, _ payload: RawSpan, to buffer: inout ByteBuffer) {
        appendHeader(type, payloadBytes: payload.byteCount, to: &buffer)
        payload.withUnsafeBytes { _ = buffer.writeBytes($0) }
    }

    static func append(_ type: FrameType, _ payload: ByteBuffer, to buffer: inout ByteBuffer) {
        appendHeader(type, payloadBytes: payload.readableBytes, to: &buffer)
        buffer.writeImmutableBuffer(payload)
    }

    private static func appendHeader(
        _ type: FrameType, payloadBytes: Int, to buffer: inout ByteBuffer
    ) {
        buffer.writeInteger(UInt32(payloadBytes), endianness: .little)
        buffer.writeInteger(type.rawValue)
    }
}

/// Cuts a stream of bytes into frames. Keeps only the part of a frame that has come, in memory of
/// its own: what it is fed may be used again once `settle` has been called.
package struct FrameReader: Sendable {
    package struct TooLong: Error, Equatable {
        package var bytes: Int
    }

    private let payloadBytesMax: Int
    private var bytes = ByteBuffer()
    private var isOwn = false

    package init(payloadBytesMax: Int) {
        precondition(payloadBytesMax <= LinkLimits.frameBytesCeiling, "a frame has at most 16 MiB")
        self.payloadBytesMax = payloadBytesMax
    }

    package mutating func feed(_ more: ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = more
            isOwn = false
        } else {
            settle()
            bytes.writeImmutableBuffer(more)
        }
    }

    /// The next whole frame; its payload is good until the next `feed`, and copied if kept.
    package mutating func next() throws(TooLong) -> (FrameType, ByteBuffer)? {
        let start = bytes.readerIndex
        guard
            let length = bytes.getInteger(at: start, endianness: .little, as: UInt32.self),
            let type = bytes.getInteger(at: start + 4, as: UInt8.self)
        else { return nil }
        guard length <= payloadBytesMax else { throw TooLong(bytes: Int(length)) }
        let end = Frame.headerBytes + Int(length)
        guard bytes.readableBytes >= end,
            let payload = bytes.getSlice(at: start + Frame.headerBytes, length: Int(length))
        else { return nil }
        bytes.moveReaderIndex(forwardBy: end)
        return (FrameType(rawValue: type), payload)
    }

    /// Lets go of what it was fed.
    package mutating func settle() {
        if bytes.readableBytes == 0 {
            bytes = ByteBuffer()
            isOwn = false
        } else if isOwn {
            bytes.discardReadBytes()
        } else {
            var own = ByteBuffer()
            own.writeImmutableBuffer(bytes)
            bytes = own
            isOwn = true
        }
    }

    /// Bytes of a frame that has not come whole.
    package var partialBytes: Int { bytes.readableBytes }
}
