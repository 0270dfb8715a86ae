/// How improbable a hash is, in whole numbers, so that every machine finds the same.
///
/// A hash h stands for u = h / 2⁶⁴, even in 0..<1. `scarcity` is -log₂ u with 36 bits after the
/// point: from 1 (the greatest hash) to a little over 64 · 2³⁶. It never rises where the hash does.
/// A table of 256 steps with straight lines between them is right to 0.4 % everywhere, which is
/// how well weights are kept; the C library's logarithm differs between versions in its last bit.
enum BinaryLogarithm {
    static let fractionBits: UInt64 = 36

    /// floor(2³⁶ · log₂(1 + i / 256)) for i in 0...256.
    static let table: [UInt64] = (0...256).map { step in
        guard step < 256 else { return 1 << fractionBits }
        // Squaring doubles the logarithm: its next bit is whether the square reaches 2.
        var value: UInt64 = (1 << 62) + (UInt64(step) << 54)
        var logarithm: UInt64 = 0
        for _ in 0..<fractionBits {
            let square = value.multipliedFullWidth(by: value)
            value = square.high << 2 | square.low >> 62
            logarithm <<= 1
            if value >= 1 << 63 {
                value >>= 1
                logarithm |= 1
            }
        }
        return logarithm
    }

    /// `table` is handed in, as reading a global costs more than the rest.
    @inline(__always)
    static func scarcity(of hash: UInt64, table: [UInt64]) -> UInt64 {
        let zeros = UInt64((hash | 1).leadingZeroBitCount)
        let mantissa = ((hash | 1) << zeros) << 1
        let step = Int(mantissa >> 56)
        let rest = (mantissa << 8) >> 40
        let low = table[step]
        let logarithm = low + ((table[step + 1] - low) * rest) >> 24
        return ((1 + zeros) << fractionBits) - logarithm
    }
}
