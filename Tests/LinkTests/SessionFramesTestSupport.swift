import Game
import Glibc
import Link
import PlayerProtocol
import Random

/// What random tests start from; `SEED=n` in the environment replays a failure.
let frameSeed: UInt64 = {
    let seed = getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)
    print("LinkTests SEED=\(seed)")
    return seed
}()

/// Draws frames of every kind.
struct FrameDraw {
    var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
    mutating func coin() -> Bool { .random(using: &generator) }

    /// Small, middling and huge ones alike.
    mutating func word() -> UInt64 { generator.next() >> UInt64(number(0...63)) }

    mutating func session() -> SessionID { SessionID(generator.next()) }
    mutating func room() -> RoomCode { .random(using: &generator) }
    mutating func id() -> Int64? { coin() ? Int64(bitPattern: word()) : nil }
    mutating func seat() -> Seat? { Seat(number(0...4)) }
    mutating func bytes(_ most: Int = 300) -> [UInt8] {
        (0..<number(0...most)).map { _ in .random(in: 0...255, using: &generator) }
    }
    mutating func name() -> String {
        let letters = Array("Zoë سلام_9🂡")
        return String((0..<number(1...12)).map { _ in letters[number(0...letters.count - 1)] })
    }
    mutating func audience() -> [SessionID] { (0..<number(0...6)).map { _ in session() } }

    mutating func options() -> TableOptions {
        var options = TableOptions()
        options.target = number(TableOptions.targetRange)
        options.turnSeconds = number(TableOptions.turnSecondsRange)
        options.botsAfterSeconds = coin() ? number(TableOptions.botsAfterSecondsRange) : nil
        options.isPublic = coin()
        return options
    }

    mutating func attach(to room: RoomCode) -> Attach {
        switch number(0...5) {
        case 0: return .create(name: name(), options())
        case 1: return .join(name: name(), seat())
        case 2: return .quick(name: name())
        case 3:
            let claim = SeatClaim(
                room: room, seat: Seat.all[number(0...3)], roomInstance: word(),
                generation: UInt32(truncatingIfNeeded: word()), expires: word())
            return .resume(claim, version: word())
        case 4: return .watch
        default:
            return .rejoin(
                Rejoin(
                    viewer: seat().map { .seat($0) } ?? .spectator, roomInstance: word(),
                    version: word()))
        }
    }

    mutating func input() -> PlayerInput {
        switch number(0...5) {
        case 0: .bots
        case 1: .trump(Suit.allCases[number(0...3)])
        case 2:
            .play(
                Card(index: number(0...51)),
                coin() ? TurnMark(hand: number(0...Int(Int32.max)), ply: number(0...51)) : nil)
        case 3: .say(name())
        case 4: .emote(name())
        default: .leave
        }
    }

    mutating func gatewayFrame() -> GatewayFrame {
        switch number(0...6) {
        case 6: return .withdraw(session(), room())
        case 0:
            let room = room()
            return .attach(session(), id: id(), room, attach(to: room))
        case 1: return .input(session(), id: id(), room(), index: word(), input())
        case 2: return .detach(session(), room())
        case 3: return .seek(session(), id: id(), name: name())
        case 4: return .abandon(session())
        default: return .echo(session(), coin() ? room() : nil, isBinary: coin(), bytes())
        }
    }

    mutating func roomFrame() -> RoomFrame {
        switch number(0...11) {
        case 0:
            let attached = Attached(
                room: room(), seat: seat(), roomInstance: word(), version: word())
            return .attached(session(), attached, message: coin() ? bytes() : nil)
        case 1: return .refused(session(), ErrorCode.allCases.randomElement(using: &generator)!)
        case 2: return .moved(session())
        case 3: return .lost(session())
        case 4: return .paused(audience(), coin())
        case 5: return .codeTaken(session())
        case 6: return .output(audience(), version: coin() ? word() : nil, message: bytes())
        case 7:
            return .acknowledged(session(), index: word(), message: coin() ? bytes() : nil)
        case 8: return .close(session(), [.left, .takenOver, .overloaded][number(0...2)])
        case 9: return .queued(session(), id: id(), position: number(0...Int(Int32.max)))
        case 10: return .matched(session(), room())
        default: return .echoed(session(), isBinary: coin(), bytes())
        }
    }
}
