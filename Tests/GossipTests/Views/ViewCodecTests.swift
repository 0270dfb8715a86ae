import Testing
import Wire

@testable import Gossip

@Suite struct ViewCodecTests {
    private let view = View(
        number: 9, lineage: Limits.lineageMin + 5,
        servers: [
            View.Server(
                id: NodeID(rawValue: 3), instance: 7, zone: "b", weight: 20, state: .draining),
            View.Server(id: NodeID(rawValue: 1), instance: 8, zone: "", weight: 1, state: .serving),
        ],
        voters: Voters([VoterID(node: NodeID(rawValue: 1), disk: 4)]))

    private var record: Promises {
        let ballot = Ballot(round: 3, proposer: NodeID(rawValue: 1))
        let next = View(number: 10, lineage: view.lineage, servers: [], voters: view.voters)
        return Promises(
            disk: 4, view: view,
            voter: Voter(
                number: 10, promised: ballot, accepted: Accepted(ballot: ballot, view: next)))
    }

    @Test func `what a voter wrote down is read back`() throws {
        #expect(try Promises(decoding: record.encode()) == record)
        let empty = Promises(disk: 1)
        #expect(try Promises(decoding: empty.encode()) == empty)
    }

    @Test func `a damaged or cut record is never read as another`() {
        let bytes = record.encode()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: WireError.self) { try Promises(decoding: damaged) }
            #expect(throws: WireError.self) { try Promises(decoding: Array(bytes[..<index])) }
        }
    }

    @Test func `a message comes back as it was sent, and damage never traps`() throws {
        let ballot = Ballot(round: 3, proposer: NodeID(rawValue: 1))
        let bodies: [ViewMessage.Body] = [
            .have(4), .chosen(view), .prepare(ballot, view),
            .promise(number: 9, ballot, accepted: Accepted(ballot: ballot, view: view)),
            .accept(ballot, view), .accepted(number: 9, ballot),
            .outbid(number: 9, ballot, by: ballot), .disagree(number: 9, ballot),
        ]
        var random = Randomness(seed: 3)
        for body in bodies {
            let message = ViewMessage(lineage: view.lineage, body)
            let bytes = message.encode()
            #expect(try ViewMessage(decoding: bytes.span.bytes) == message)
            for index in bytes.indices {
                let cut = Array(bytes[..<index])
                #expect(throws: WireError.self) { try ViewMessage(decoding: cut.span.bytes) }
            }
            for _ in 0..<3_000 {
                var damaged = bytes
                let index = damaged.indices.randomElement(using: &random) ?? 0
                damaged[index] = .random(in: 0...255, using: &random)
                _ = try? ViewMessage(decoding: damaged.span.bytes)
            }
        }
    }
}
