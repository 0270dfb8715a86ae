import Random
import Testing

@testable import Gateway

@Suite struct UTF8ValidatorTests {
    private func isValid(_ bytes: [UInt8], cut: Int) -> Bool {
        var validator = UTF8Validator()
        let head = Array(bytes[..<cut])
        let tail = Array(bytes[cut...])
        return validator.accept(head.span.bytes) && validator.accept(tail.span.bytes)
            && validator.isComplete
    }

    @Test func `it agrees with the standard library on random bytes`() {
        let seed = testSeed()
        var random = SplitMix64(seed: seed)
        // Mostly lead and continuation bytes, so that half of the short ones are valid.
        let likely: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
            0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        var valid = 0
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                likely.randomElement(using: &random) ?? 0
            }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            valid += expected ? 1 : 0
            let cut = Int.random(in: 0...bytes.count, using: &random)
            guard isValid(bytes, cut: cut) != expected else { continue }
            Issue.record("SEED=\(seed): \(bytes)")
        }
        #expect(valid > 1000)
    }

    @Test func `every character passes at every cut`() {
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 61) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(Character(scalar)).utf8)
            guard !(0...bytes.count).allSatisfy({ isValid(bytes, cut: $0) }) else { continue }
            Issue.record("refused \(bytes)")
        }
    }

    @Test func `it stops at the first byte that cannot be right`() {
        let start: [UInt8] = [0x61, 0xF4]
        let tooHigh: [UInt8] = [0x90]
        var validator = UTF8Validator()
        let startIsValid = validator.accept(start.span.bytes)
        let restIsValid = validator.accept(tooHigh.span.bytes)
        #expect(startIsValid)
        #expect(!restIsValid)
    }
}
