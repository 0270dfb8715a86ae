import Glibc
import Testing

@testable import Gossip

@Suite struct BinaryLogarithmTests {
    let table = BinaryLogarithm.table

    @Test func `the table is exact to its last bit`() {
        for step in 0...256 {
            let exact = log2(1 + Double(step) / 256) * 0x1p36
            #expect(abs(Double(table[step]) - exact) <= 1.5)
        }
    }

    @Test func `scarcity follows the logarithm and never rises with the hash`() {
        var previous = BinaryLogarithm.scarcity(of: 0, table: table)
        #expect(previous == 64 << 36)
        for step in 1...100_000 as ClosedRange<UInt64> {
            let hash = step &* (UInt64.max / 100_000)
            let scarcity = BinaryLogarithm.scarcity(of: hash, table: table)
            #expect(scarcity <= previous)
            previous = scarcity
            let exact = -log2(Double(hash | 1) / 0x1p64)
            #expect(abs(Double(scarcity) / 0x1p36 - exact) <= 0.004 * exact + 1e-9)
        }
        #expect(BinaryLogarithm.scarcity(of: .max, table: table) >= 1)
    }
}
