import Gossip
import Testing
import Wire

@testable import Link

@Suite struct NodeFiguresTests {
    private let figures = NodeFigures(
        node: "auto-1", instance: 1_764_000_000_000_000,
        values: [0: 0.25, 5: 120, 13: 1e9])

    @Test func `figures, words and weights come out as they went in`() throws {
        #expect(try NodeFigures(decoding: figures.encode().span.bytes) == figures)
        let word = ScalerWord(scaler: NodeID(name: "s1"), bytes: Array("{}".utf8))
        #expect(try ScalerWord(decoding: word.encode().span.bytes) == word)
        for weight in [0, 1, ServerWeight.max] as [UInt32] {
            let bytes = ServerWeight.encode(weight)
            #expect(try ServerWeight.decode(bytes.span.bytes) == weight)
        }
    }

    @Test func `what a newer node adds at the end is skipped, and what is cut is refused`() throws {
        let bytes = figures.encode()
        let longer = bytes + [1, 2, 3]
        #expect(try NodeFigures(decoding: longer.span.bytes) == figures)
        for count in bytes.indices {
            let cut = Array(bytes.prefix(count))
            #expect(throws: WireError.self) { try NodeFigures(decoding: cut.span.bytes) }
        }
    }

    @Test func `what no node writes is refused`() {
        func refused(_ write: (inout WireWriter) -> Void) -> Bool {
            var writer = WireWriter()
            write(&writer)
            let bytes = writer.bytes
            return (try? NodeFigures(decoding: bytes.span.bytes)) == nil
        }
        func entry(_ writer: inout WireWriter, _ number: UInt8, _ value: Double) {
            writer.byte(number)
            writer.fixed(value.bitPattern)
        }
        func head(_ writer: inout WireWriter, _ name: String, _ count: Int) {
            writer.text(name)
            writer.fixed(UInt64(1))
            writer.count(count)
        }
        #expect(!refused { head(&$0, "a", 0) })
        #expect(refused { head(&$0, "", 0) })
        #expect(refused { head(&$0, String(repeating: "a", count: 64), 0) })
        #expect(refused { head(&$0, "a", 65) })
        #expect(
            refused {
                head(&$0, "a", 2)
                entry(&$0, 7, 1)
                entry(&$0, 7, 2)
            })
        #expect(
            refused {
                head(&$0, "a", 1)
                entry(&$0, 7, .infinity)
            })
        let heavy = [UInt8]([0xE9, 0x07])
        #expect(throws: WireError.self) { try ServerWeight.decode(heavy.span.bytes) }
    }

    @Test func `a server of no weight is the last that is chosen`() {
        let full = ServerLoad(players: 99, capacity: 100)
        let shunned = ServerLoad(players: 0, capacity: 100, weight: 0)
        #expect(shunned.fill > full.fill)
        #expect(ServerLoad(players: 10, capacity: 100, weight: 2).fill == 0.05)
    }

    @Test func `a load that is too old is not the present one`() {
        let board = LoadBoard()
        let node = NodeID(name: "s1")
        #expect(board.load(of: node, within: .seconds(3_600)) == nil)
        board.note(ServerLoad(players: 1, capacity: 2), of: node)
        #expect(board.load(of: node, within: .seconds(3_600))?.players == 1)
        #expect(board.load(of: node, within: .nanoseconds(-1)) == nil)
        #expect(board[node]?.players == 1)
    }
}
