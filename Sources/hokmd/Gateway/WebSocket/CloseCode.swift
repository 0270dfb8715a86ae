/// Why a WebSocket ends, as it stands in a Close frame (RFC 6455 section 7.4 and IANA's registry).
package struct CloseCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let normal = CloseCode(rawValue: 1000)
    package static let goingAway = CloseCode(rawValue: 1001)
    package static let protocolError = CloseCode(rawValue: 1002)
    package static let unacceptableData = CloseCode(rawValue: 1003)
    package static let invalidText = CloseCode(rawValue: 1007)
    package static let messageTooBig = CloseCode(rawValue: 1009)
    /// The gateway restarts: reconnect and resume.
    package static let serviceRestart = CloseCode(rawValue: 1012)
    package static let tryAgainLater = CloseCode(rawValue: 1013)
    /// Another connection with the same token has the seat.
    package static let seatTaken = CloseCode(rawValue: 4001)
    /// Nothing came within the time for the first message.
    package static let idle = CloseCode(rawValue: 4003)
    package static let tooManyMessages = CloseCode(rawValue: 4008)

    /// Whether an endpoint may send this code. 1004–1006 and 1015 are reserved for use without a
    /// frame, 1016–2999 are unassigned, below 1000 and from 5000 on nothing is defined.
    package var mayBeSent: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
