/// Reads a client's frames (RFC 6455 section 5) from bytes in any pieces.
///
/// It answers the same for the same bytes, however they were cut, and at the first byte that tells:
/// a frame is refused by its header, text at the first octet that cannot be UTF-8. It never traps,
/// and allocates only while a message grows beyond what the one before it needed.
package struct FrameParser: ~Copyable {
    /// What an endpoint takes.
    package struct Acceptance: Sendable {
        /// Bytes in one message, all of its fragments together. More is refused with 1009.
        package var messageBytesMax: Int
        /// Without it, a binary frame is refused with 1003.
        package var binary: Bool

        package init(messageBytesMax: Int, binary: Bool) {
            self.messageBytesMax = messageBytesMax
            self.binary = binary
        }
    }

    private let acceptance: Acceptance
    private var stage = Stage.opcode
    /// The message whose fragments are coming in, across control frames between them.
    private var underWay: MessageKind?
    private var message = PayloadBuffer()
    private var control = PayloadBuffer()
    private var text = UTF8Validator()
    private var last: Last = .nothing

    private struct Header {
        var isFinal: Bool
        var opcode: Opcode
    }

    private enum Stage {
        case opcode
        case length(Header)
        case extendedLength(Header, value: UInt64, bytesLeft: Int, shortest: UInt64)
        case key(Header, length: Int, key: UInt32, bytesRead: Int)
        case payload(Header, bytesLeft: Int, key: UInt32)
        case failed
    }

    /// Whose payload is out.
    private enum Last {
        case nothing, message, control
    }

    private enum Step {
        case goOn
        case frame(Frame)
    }

    package init(_ acceptance: Acceptance) {
        self.acceptance = acceptance
    }

    /// The payload of the frame that `next` gave last, until `next` is called again.
    package var payload: RawSpan {
        @_lifetime(borrow self)
        borrowing get { last == .message ? message.bytes : control.bytes }
    }

    /// The next frame in `bytes` from `index` on, or nil when they are used up. After `fail` all
    /// bytes are passed over.
    package mutating func next(_ bytes: RawSpan, from index: inout Int) -> Frame? {
        forgetLast()
        while index < bytes.byteCount {
            if case .payload(let header, let bytesLeft, let key) = stage {
                let count = min(bytesLeft, bytes.byteCount - index)
                let part = bytes.extracting(index..<index + count)
                index += count
                if let frame = take(part, of: header, bytesLeft: bytesLeft, key: key) {
                    return frame
                }
                continue
            }
            guard !hasFailed else { break }
            let byte = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            index += 1
            if case .frame(let frame) = take(byte) { return frame }
        }
        if hasFailed { index = bytes.byteCount }
        return nil
    }

    private var hasFailed: Bool {
        if case .failed = stage { true } else { false }
    }

    private mutating func forgetLast() {
        switch last {
        case .nothing: return
        case .message: message.clear()
        case .control: control.clear()
        }
        last = .nothing
    }

    private mutating func fail(_ code: CloseCode) -> Frame {
        stage = .failed
        message.clear()
        control.clear()
        return .fail(code)
    }
}

// MARK: - Headers

extension FrameParser {
    /// One byte of a header.
    private mutating func take(_ byte: UInt8) -> Step {
        switch stage {
        case .opcode:
            return opened(byte)
        case .length(let header):
            return measured(byte, header)
        case .extendedLength(let header, var value, let bytesLeft, let shortest):
            value = value << 8 | UInt64(byte)
            guard bytesLeft == 1 else {
                stage = .extendedLength(
                    header, value: value, bytesLeft: bytesLeft - 1, shortest: shortest)
                return .goOn
            }
            // Section 5.2: the most significant bit is 0, and the shortest form is used.
            guard value >= shortest, value <= UInt64(Int64.max) else {
                return .frame(fail(.protocolError))
            }
            return announced(header, length: value)
        case .key(let header, let length, var key, let bytesRead):
            key |= UInt32(byte) << (8 * UInt32(bytesRead))
            guard bytesRead == 3 else {
                stage = .key(header, length: length, key: key, bytesRead: bytesRead + 1)
                return .goOn
            }
            stage = .payload(header, bytesLeft: length, key: key)
            guard length == 0 else { return .goOn }
            return finished(header).map(Step.frame) ?? .goOn
        case .payload, .failed:
            return .goOn
        }
    }

    /// FIN, three reserved bits, opcode.
    private mutating func opened(_ byte: UInt8) -> Step {
        guard byte & 0x70 == 0, let opcode = Opcode(rawValue: byte & 0x0F) else {
            return .frame(fail(.protocolError))
        }
        let header = Header(isFinal: byte & 0x80 != 0, opcode: opcode)
        switch opcode {
        case .close, .ping, .pong:
            guard header.isFinal else { return .frame(fail(.protocolError)) }
        case .continuation:
            guard underWay != nil else { return .frame(fail(.protocolError)) }
        case .text, .binary:
            guard underWay == nil else { return .frame(fail(.protocolError)) }
            guard opcode == .text || acceptance.binary else {
                return .frame(fail(.unacceptableData))
            }
            underWay = opcode == .text ? .text : .binary
            text = UTF8Validator()
        }
        stage = .length(header)
        return .goOn
    }

    /// The mask bit and the short length.
    private mutating func measured(_ byte: UInt8, _ header: Header) -> Step {
        // Section 5.1: a server must end a connection that sends it an unmasked frame.
        guard byte & 0x80 != 0 else { return .frame(fail(.protocolError)) }
        let length = byte & 0x7F
        guard !header.opcode.isControl || length <= 125 else {
            return .frame(fail(.protocolError))
        }
        switch length {
        case 126:
            stage = .extendedLength(header, value: 0, bytesLeft: 2, shortest: 126)
        case 127:
            stage = .extendedLength(header, value: 0, bytesLeft: 8, shortest: 65_536)
        default:
            return announced(header, length: UInt64(length))
        }
        return .goOn
    }

    private mutating func announced(_ header: Header, length: UInt64) -> Step {
        if !header.opcode.isControl {
            let room = acceptance.messageBytesMax - message.count
            guard length <= UInt64(room) else { return .frame(fail(.messageTooBig)) }
        }
        stage = .key(header, length: Int(length), key: 0, bytesRead: 0)
        return .goOn
    }
}

// MARK: - Payloads

extension FrameParser {
    private mutating func take(
        _ part: RawSpan, of header: Header, bytesLeft: Int, key: UInt32
    ) -> Frame? {
        if header.opcode.isControl {
            control.append(part, key: key)
        } else {
            let start = message.count
            message.append(part, key: key)
            if underWay == .text {
                var text = text
                let isText = text.accept(message.span(from: start))
                self.text = text
                guard isText else { return fail(.invalidText) }
            }
        }
        guard part.byteCount < bytesLeft else { return finished(header) }
        // The key goes on where this part stopped.
        let turn = UInt32(part.byteCount & 3) * 8
        let turned = turn == 0 ? key : key >> turn | key << (32 - turn)
        stage = .payload(header, bytesLeft: bytesLeft - part.byteCount, key: turned)
        return nil
    }

    private mutating func finished(_ header: Header) -> Frame? {
        stage = .opcode
        switch header.opcode {
        case .ping:
            last = .control
            return .ping
        case .pong:
            last = .control
            return .pong
        case .close:
            last = .control
            let frame = Self.close(control.bytes)
            if case .fail(let code) = frame { return fail(code) }
            return frame
        case .continuation, .text, .binary:
            guard header.isFinal, let kind = underWay else { return nil }
            guard kind == .binary || text.isComplete else { return fail(.invalidText) }
            underWay = nil
            last = .message
            return .message(kind)
        }
    }

    /// Section 5.5.1: nothing, or a code of two octets and a reason in UTF-8.
    private static func close(_ payload: RawSpan) -> Frame {
        guard payload.byteCount > 0 else { return .close(nil) }
        guard payload.byteCount >= 2 else { return .fail(.protocolError) }
        let octets = payload.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt16.self)
        let code = CloseCode(rawValue: UInt16(bigEndian: octets))
        guard code.mayBeSent else { return .fail(.protocolError) }
        var reason = UTF8Validator()
        let isText = reason.accept(payload.extracting(2..<payload.byteCount))
        guard isText, reason.isComplete else { return .fail(.invalidText) }
        return .close(code)
    }
}
