import Game
import Link
import PlayerProtocol
import Testing
import Wire

@Suite struct FrameBatchTests {
    @Test func `whatever is written reads back the same`() throws {
        var draw = FrameDraw(seed: frameSeed)
        for round in 0..<2_000 {
            let view = draw.word()
            try check(many(&draw) { $0.gatewayFrame() }, view, round)
            try check(many(&draw) { $0.roomFrame() }, view, round)
        }
    }

    @Test func `a batch that ends too early is refused, unless it ends with a frame`() throws {
        var draw = FrameDraw(seed: frameSeed)
        for round in 0..<300 {
            let frames = many(&draw) { $0.roomFrame() }
            let bytes = try #require(FrameBatch.encode(frames, view: 7).first)
            var whole: [FrameBatch<RoomFrame>] = []
            for end in 0..<bytes.count {
                let cut = Array(bytes[..<end])
                guard let batch = try? FrameBatch<RoomFrame>(decoding: cut.span.bytes) else {
                    continue
                }
                whole.append(batch)
            }
            let expected = frames.indices.map {
                FrameBatch(view: 7, frames: Array(frames[..<$0]))
            }
            #expect(whole == expected, "SEED=\(frameSeed) round \(round)")
        }
    }

    @Test func `mutated bytes never trap, and what is taken has one way to be written`() throws {
        var draw = FrameDraw(seed: frameSeed)
        for round in 0..<4_000 {
            var bytes = FrameBatch.encode(many(&draw) { $0.gatewayFrame() }, view: 300)[0]
            mutate(&bytes, &draw)
            check(taken: try? FrameBatch<GatewayFrame>(decoding: bytes.span.bytes), bytes, round)
            bytes = FrameBatch.encode(many(&draw) { $0.roomFrame() }, view: 300)[0]
            mutate(&bytes, &draw)
            check(taken: try? FrameBatch<RoomFrame>(decoding: bytes.span.bytes), bytes, round)
        }
    }

    @Test func `a batch that would be too long is several, in order`() throws {
        let message = [UInt8](repeating: 7, count: SessionLimits.messageBytesMax)
        let frames: [RoomFrame] = (0..<5).map {
            .acknowledged(SessionID(1), index: $0, message: $0 == 3 ? nil : message)
        }
        let batches = FrameBatch.encode(frames, view: 9)
        #expect(batches.count == 4)
        var read: [RoomFrame] = []
        for bytes in batches {
            #expect(bytes.count <= SessionLimits.batchBytesMax)
            let batch = try FrameBatch<RoomFrame>(decoding: bytes.span.bytes)
            #expect(batch.view == 9)
            read += batch.frames
        }
        let isSame = read == frames
        #expect(isSame)
        let tooLong = [UInt8](repeating: 0, count: SessionLimits.batchBytesMax + 1)
        #expect(throws: WireError.tooLong) {
            try FrameBatch<RoomFrame>(decoding: tooLong.span.bytes)
        }
    }

    @Test func `nothing said is no batch`() {
        #expect(FrameBatch<RoomFrame>.encode([], view: 3) == [])
    }

    @Test func `a crowd is told by several frames and a table's message is written once`() throws {
        let crowd = (0..<10_000).map { SessionID(UInt64($0)) }
        let bytes = FrameBatch.encode(
            [RoomFrame.paused(crowd, true), .output(crowd, version: nil, message: [1])], view: 1)
        let frames = try decode(bytes[0], RoomFrame.self).frames
        #expect(frames.count == 6)
        var told: [SessionID] = []
        for frame in frames.dropFirst(3) {
            guard case .output(let some, nil, [1]) = frame else {
                Issue.record("not the output: \(frame)")
                continue
            }
            told += some
        }
        #expect(told == crowd)
        let message = [UInt8](repeating: 0x20, count: 400)
        let table = FrameBatch.encode(
            [RoomFrame.output(Array(crowd[..<4]), version: 50, message: message)], view: 1)
        #expect(table[0].count == 1 + 1 + 1 + 4 * 8 + 1 + 2 + 400)
    }

    @Test func `a move on the link fits into 32 bytes, and its answer's frame adds 12`() throws {
        let move = GatewayFrame.input(
            SessionID(.max), id: 1_000_000, try #require(RoomCode("ZZZZZZ")), index: 1_000_000,
            .play(Card(index: 51), TurnMark(hand: 150, ply: 51)))
        let bytes = FrameBatch.encode([move], view: 1)[0].count - 1
        print("an input frame of a play: \(bytes) bytes")
        #expect(bytes <= 32)
        let answer = ServerMessage.ok(re: 1_000_000, version: 5_000)
        let frame = RoomFrame.acknowledged(SessionID(.max), index: 1_000_000, message: answer)
        #expect(FrameBatch.encode([frame], view: 1)[0].count - 1 - answer.count <= 13)
    }

    @Test(arguments: [0x06, 0x0F, 0x12, 0x20, 0x80] as [UInt8])
    func `a frame of no kind, or with parts that its kind has not, is refused`(head: UInt8) {
        let bytes: [UInt8] = [1, head] + [UInt8](repeating: 0, count: 40)
        #expect(throws: WireError.badValue) {
            try FrameBatch<GatewayFrame>(decoding: bytes.span.bytes)
        }
    }
}

private func many<Frame>(_ draw: inout FrameDraw, _ next: (inout FrameDraw) -> Frame) -> [Frame] {
    (0..<draw.number(1...6)).map { _ in next(&draw) }
}

private func decode<Frame: BatchedFrame>(
    _ bytes: [UInt8], _: Frame.Type
) throws(WireError) -> FrameBatch<Frame> {
    try FrameBatch(decoding: bytes.span.bytes)
}

private func check<Frame: BatchedFrame>(_ frames: [Frame], _ view: UInt64, _ round: Int) throws {
    let batches = FrameBatch.encode(frames, view: view)
    try #require(batches.count == 1)
    let read = try decode(batches[0], Frame.self)
    #expect(
        read == FrameBatch(view: view, frames: frames), "SEED=\(frameSeed) round \(round)")
}

private func check<Frame: BatchedFrame>(
    taken batch: FrameBatch<Frame>?, _ bytes: [UInt8], _ round: Int
) {
    guard let batch, !batch.frames.isEmpty else { return }
    #expect(
        FrameBatch.encode(batch.frames, view: batch.view) == [bytes],
        "SEED=\(frameSeed) round \(round)")
}

private func mutate(_ bytes: inout [UInt8], _ draw: inout FrameDraw) {
    for _ in 0..<draw.number(1...4) where !bytes.isEmpty {
        let place = draw.number(0...bytes.count - 1)
        switch draw.number(0...3) {
        case 0: bytes[place] = UInt8(draw.number(0...255))
        case 1: bytes[place] ^= 1 << UInt8(draw.number(0...7))
        case 2: bytes.remove(at: place)
        default: bytes.insert(UInt8(draw.number(0...255)), at: place)
        }
    }
}
