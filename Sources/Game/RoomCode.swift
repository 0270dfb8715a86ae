/// A room's code: 6 characters of Crockford's base32 (no I, L, O, U), so 30 bits.
///
/// Case-insensitive when read, upper case when written. <https://www.crockford.com/base32.html>
package struct RoomCode: Hashable, Sendable {
    /// The code as a number, below `RoomCode.bound`.
    package let number: UInt32

    package static let length = 6
    package static let bound: UInt32 = 1 << 30
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// - Returns: `nil` from `bound` upwards.
    package init?(number: UInt32) {
        guard number < Self.bound else { return nil }
        self.number = number
    }

    /// - Returns: `nil` unless the text is exactly 6 characters of the alphabet, in either case.
    package init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            let upper = (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
            guard count < Self.length, let digit = Self.alphabet.firstIndex(of: upper) else {
                return nil
            }
            value = value << 5 | UInt32(digit)
            count += 1
        }
        guard count == Self.length else { return nil }
        number = value
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> RoomCode {
        RoomCode(number: UInt32.random(in: 0..<bound, using: &generator)).unsafelyUnwrapped
    }

    /// The six characters as ASCII bytes.
    package var ascii: [UInt8] {
        (0..<Self.length).map { place in
            Self.alphabet[Int(number >> UInt32(5 * (Self.length - 1 - place)) & 31)]
        }
    }
}

extension RoomCode: CustomStringConvertible {
    package var description: String { String(decoding: ascii, as: UTF8.self) }
}
