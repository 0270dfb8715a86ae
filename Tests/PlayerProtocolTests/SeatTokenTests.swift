import Game
import Testing

@testable import PlayerProtocol

@Suite struct SeatTokenTests {
    private let tokens = SeatTokens(key: [UInt8](repeating: 3, count: 32))
    private let claim = SeatClaim(
        room: RoomCode("ZZZZZZ")!, seat: Seat(3)!, roomInstance: .max, generation: .max,
        expires: .max)

    @Test func `a token opens to the claim that was sealed, under the same key only`() {
        let token = tokens.seal(claim)
        #expect(tokens.open(token) == claim)
        #expect(SeatTokens(key: [UInt8](repeating: 3, count: 32)).open(token) == claim)
        #expect(SeatTokens(key: [UInt8](repeating: 4, count: 32)).open(token) == nil)
        let other = SeatTokens()
        #expect(other.open(token) == nil)
        #expect(other.open(other.seal(claim)) == claim)
        #expect(SeatTokens().open(other.seal(claim)) == nil)
    }

    @Test func `no two tokens are alike, and none shows what is in it`() {
        let sealed = (0..<50).map { _ in tokens.seal(claim) }
        #expect(Set(sealed).count == 50)
        #expect(sealed.allSatisfy { $0.utf8.count == 87 })
        let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(sealed.allSatisfy { $0.allSatisfy(letters.contains) })
    }

    @Test func `no truncated, lengthened or changed token opens`() {
        let token = tokens.seal(claim)
        for count in 0..<token.utf8.count {
            #expect(tokens.open(String(token.prefix(count))) == nil)
        }
        for tail in ["A", "=", " ", "\0", "AAAA"] { #expect(tokens.open(token + tail) == nil) }
        let bytes = Array(token.utf8)
        for place in bytes.indices {
            for letter in "A9_=+\0é".utf8 where letter != bytes[place] {
                var changed = bytes
                changed[place] = letter
                #expect(tokens.open(String(decoding: changed, as: UTF8.self)) == nil)
            }
        }
        #expect(tokens.open("") == nil)
        #expect(tokens.open(String(repeating: "é", count: 87)) == nil)
    }

    @Test func `while keys change, tokens of the former key open, and new ones are sealed anew`() {
        let (former, newer) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32))
        let both = SeatTokens(keys: [newer, former])
        #expect(both.open(SeatTokens(key: former).seal(claim)) == claim)
        #expect(SeatTokens(key: newer).open(both.seal(claim)) == claim)
        #expect(SeatTokens(key: former).open(both.seal(claim)) == nil)
    }
}
