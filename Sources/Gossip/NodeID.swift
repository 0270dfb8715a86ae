internal import CSodium

/// What a member is called on the wire: the first 8 bytes of the BLAKE2b hash of its name.
///
/// Names are chosen by people and may be long; the id is what packets, tables and views carry and
/// sort by. Two names of one cluster meet in an id with odds of 1 in 10¹⁴ at 500 members; the
/// second of them is then refused like any other double name.
package struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The id of the node with this name.
    package init(name: String) {
        var hash = [UInt8](repeating: 0, count: Int(crypto_generichash_BYTES))
        let text = Array(name.utf8)
        crypto_generichash(&hash, hash.count, text, UInt64(text.count), nil, 0)
        rawValue = hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package static func < (one: NodeID, other: NodeID) -> Bool { one.rawValue < other.rawValue }

    /// 16 hexadecimal digits.
    package var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
