/// What a run of bytes from a client amounts to. The payload, where there is one, stands in the
/// parser until it is asked for the next frame.
package enum Frame: Equatable, Sendable {
    /// A whole message, put together from its fragments.
    case message(MessageKind)
    case ping
    case pong
    /// A Close frame, without a code if its payload was empty.
    case close(CloseCode?)
    /// The client broke the protocol or a limit: nothing it sends after this has a meaning.
    case fail(CloseCode)
}

package enum MessageKind: Equatable, Sendable {
    case text
    case binary
}

/// RFC 6455 section 5.2; what is not named here is reserved.
package enum Opcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    var isControl: Bool { rawValue & 0x8 != 0 }
}
