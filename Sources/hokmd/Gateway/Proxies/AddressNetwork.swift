package import Gossip

/// The addresses with a common beginning, as CIDR writes them (RFC 4632): `10.0.0.0/8`,
/// `2001:db8::/32`, or one address alone.
package struct AddressNetwork: Hashable, Sendable, CustomStringConvertible {
    private let first: Address
    /// Bits that all addresses share, of 128: an IPv4 network is that of the mapped addresses.
    private let bits: Int

    /// - Returns: `nil` unless the text is an address, with a length of its prefix if there is one,
    ///   and no bit is set behind the prefix: that would be a typing error.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Address(host: String(parts[0]), port: 0) else { return nil }
        let whole = address.isIPv4 ? 32 : 128
        var length = whole
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(digits), number <= whole
            else { return nil }
            length = number
        }
        bits = length + 128 - whole
        first = address
        guard Self.head(of: address, bits) == (address.high, address.low) else { return nil }
    }

    package func contains(_ address: Address) -> Bool {
        Self.head(of: address, bits) == (first.high, first.low)
    }

    /// The address with everything behind the prefix set to zero.
    private static func head(of address: Address, _ bits: Int) -> (UInt64, UInt64) {
        let high = bits >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(bits))
        let low = bits <= 64 ? 0 : bits == 128 ? UInt64.max : ~(UInt64.max >> UInt64(bits - 64))
        return (address.high & high, address.low & low)
    }

    package var description: String { "\(first.host)/\(first.isIPv4 ? bits - 96 : bits)" }
}
