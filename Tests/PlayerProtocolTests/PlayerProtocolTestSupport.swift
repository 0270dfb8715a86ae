import Game
import Glibc

@testable import PlayerProtocol

/// What random tests start from; `SEED=n` in the environment replays a failure.
let testSeed: UInt64 = {
    let seed =
        getenv("SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0..<1_000_000)
    print("PlayerProtocolTests SEED=\(seed)")
    return seed
}()

func parse(_ text: String) throws(ClientMessageError) -> ClientMessage {
    try ClientMessage(json: Array(text.utf8).span.bytes)
}

func text(_ bytes: [UInt8]?) -> String {
    bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
}
