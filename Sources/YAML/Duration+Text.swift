extension Duration {
    /// The units that people write, the largest first, in nanoseconds.
    private static let units: [(name: String, nanoseconds: Int)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
    ]
    /// Digits on either side of the point; more is a typing error.
    private static let digitsMax = 9

    /// A time of zero or more with its unit: `250us`, `500ms`, `1.5s`, `10m`, `2h`, `7d`. Only `0`
    /// needs no unit. `nil` for anything else, and above some 290 years.
    package init?(text: some StringProtocol) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let number = text.prefix { $0 == "." || $0.isWholeNumber }
        let unit = text[number.endIndex...]
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ (1...Self.digitsMax).contains($0.utf8.count) }),
            let whole = Int(parts[0])
        else { return nil }
        if unit.isEmpty, number == "0" {
            self = .zero
            return
        }
        guard let scale = Self.units.first(where: { $0.name == unit })?.nanoseconds else {
            return nil
        }
        let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        var nanoseconds = product
        if parts.count == 2 {
            var place = scale
            for digit in parts[1] {
                place /= 10
                let (sum, overflow) = nanoseconds.addingReportingOverflow(
                    place * (digit.wholeNumberValue ?? 0))
                guard !overflow else { return nil }
                nanoseconds = sum
            }
        }
        self = .nanoseconds(nanoseconds)
    }

    /// The shortest way to write it that `init(text:)` reads back: a whole number of the largest
    /// unit that fits. Below a microsecond it rounds down.
    package var text: String {
        let (seconds, attoseconds) = components
        let microseconds = Int128(seconds) * 1_000_000 + Int128(attoseconds) / 1_000_000_000_000
        guard microseconds != 0 else { return "0" }
        for unit in Self.units where microseconds % Int128(unit.nanoseconds / 1000) == 0 {
            return "\(microseconds / Int128(unit.nanoseconds / 1000))\(unit.name)"
        }
        return "\(microseconds)us"
    }
}
