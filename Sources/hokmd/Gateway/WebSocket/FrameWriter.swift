package import NIOCore

/// Puts a server's frames (unmasked, unfragmented: RFC 6455 section 5.1) behind one another into a
/// buffer, which then goes out in one write.
package enum FrameWriter {
    /// Bytes before a payload of this length.
    package static func headerBytes(payloadBytes: Int) -> Int {
        switch payloadBytes {
        case 0...125: 2
        case 126...65_535: 4
        default: 10
        }
    }

    package static func append(_ opcode: Opcode, _ payload: RawSpan, to buffer: inout ByteBuffer) {
        let length = payload.byteCount
        let header = headerBytes(payloadBytes: length)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: header + length) { target in
            target[0] = 0x80 | opcode.rawValue
            switch header {
            case 2:
                target[1] = UInt8(length)
            case 4:
                target[1] = 126
                target.storeBytes(of: UInt16(length).bigEndian, toByteOffset: 2, as: UInt16.self)
            default:
                target[1] = 127
                target.storeBytes(of: UInt64(length).bigEndian, toByteOffset: 2, as: UInt64.self)
            }
            payload.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress, let base = target.baseAddress else { return }
                base.advanced(by: header).copyMemory(from: source, byteCount: length)
            }
            return header + length
        }
    }

    /// A Close frame; an empty one without a code. The reason is cut to what a control frame holds.
    package static func appendClose(
        _ code: CloseCode?, reason: StaticString = "", to buffer: inout ByteBuffer
    ) {
        guard let code else {
            buffer.writeInteger(UInt16(0x8800))
            return
        }
        let reasonBytes = min(reason.utf8CodeUnitCount, 123)
        buffer.writeInteger(UInt8(0x80) | Opcode.close.rawValue)
        buffer.writeInteger(UInt8(2 + reasonBytes))
        buffer.writeInteger(code.rawValue)
        buffer.writeBytes(UnsafeBufferPointer(start: reason.utf8Start, count: reasonBytes))
    }
}
