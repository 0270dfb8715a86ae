import JSON
import Random
import Testing

@testable import Referee

/// A server that plays by the rules and tells one viewer something else than the others.
@Suite struct DeliveryFaultTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let law: Fault.Law
        let name: String
        let change: @Sendable ([Step]) -> [Step]

        var testDescription: String { "\(law): \(name)" }
    }

    @Test(arguments: [
        Case(law: .missedFrame, name: "a frame is lost") {
            $0.changing("events", 9, of: 1) { $0 = nil }
        },
        Case(law: .missedFrame, name: "the last frame is lost") { steps in
            let count = steps.filter {
                if case .received(1, let m) = $0 { m["type"] == "events" } else { false }
            }.count
            return steps.changing("events", count, of: 1) { $0 = nil }
        },
        Case(law: .missedFrame, name: "a resume forgets a frame") { steps in
            guard let start = steps.firstIndex(of: .connected(2)) else { return steps }
            return Array(steps[..<start])
                + Array(steps[start...]).changing("events", 2, of: 2) { $0 = nil }
        },
        Case(law: .versionOrder, name: "a frame comes twice") { steps in
            guard let index = steps.firstIndex(where: { $0.received?.has("trick") == true }) else {
                return steps
            }
            var steps = steps
            steps.insert(steps[index], at: index)
            return steps
        },
        Case(law: .versionOrder, name: "a version falls") {
            $0.changing("events", 9, of: 1) { $0["version"] = 2 }
        },
        Case(law: .extraFrame, name: "a frame for one alone") { steps in
            // In a gap between two versions, once the others are beyond it.
            let indices = steps.indices.filter {
                if case .received(3, let frame) = steps[$0] {
                    frame["type"] == "events"
                } else {
                    false
                }
            }
            let versions = indices.map { steps[$0].received?["version"]?.int ?? 0 }
            guard
                let gap = versions.indices.dropFirst().first(where: {
                    versions[$0] - versions[$0 - 1] == 2
                })
            else { return steps }
            var steps = steps
            let frame: JSONValue = [
                "type": "events", "version": .int(Int64(versions[gap] - 1)),
                "events": [["type": "emoted", "seat": 0, "emote": "x"]],
            ]
            steps.insert(.received(3, frame), at: indices[gap])
            return steps
        },
        Case(law: .differingEvents, name: "another score") {
            $0.changing("events", of: 3, where: { $0.has("hand") }) {
                $0.change("hand") { $0["score"] = [6, 6] }
            }
        },
        Case(law: .privateCards, name: "a spectator sees cards") {
            $0.changing("events", 20, of: 4, where: { $0.has("trump") }) { _ in }
                .changing("events", of: 4, where: { $0.has("trump") }) { frame in
                    let cards: JSONValue = ["type": "cards", "cards": ["AS"]]
                    frame["events"] = .array(frame["events"]!.array! + [cards])
                }
        },
        Case(law: .privateCards, name: "a spectator's state has cards") {
            $0.changing("joined", of: 4) { $0["state"]?["cards"] = ["AS"] }
        },
        Case(law: .dealing, name: "cards in the middle of a hand") {
            $0.changing("events", of: 3, where: { $0.has("trick") }) { frame in
                let cards: JSONValue = ["type": "cards", "cards": ["AS"]]
                frame["events"] = .array(frame["events"]!.array! + [cards])
            }
        },
        Case(law: .dealing, name: "others get cards before the trump") { steps in
            guard
                let index = steps.firstIndex(where: {
                    if case .received(_, let frame) = $0 {
                        frame.has("deal") && !frame.has("cards")
                    } else {
                        false
                    }
                }), case .received(let viewer, var frame) = steps[index]
            else { return steps }
            var steps = steps
            let cards: JSONValue = ["type": "cards", "cards": ["2S", "3S", "4S", "5S", "6S"]]
            frame["events"] = .array(frame["events"]!.array! + [cards])
            steps[index] = .received(viewer, frame)
            return steps
        },
        Case(law: .stateDiffers, name: "a state with another score") {
            $0.changing("joined", of: 4) { $0["state"]?["score"] = [4, 4] }
        },
        Case(law: .stateDiffers, name: "a state with another trick") {
            $0.changing("joined", of: 4) { $0["state"]?["trick"] = [["seat": 0, "card": "2S"]] }
        },
        Case(law: .stateDiffers, name: "a state with another player") {
            $0.changing("joined", of: 3) { joined in
                joined["state"]?["seats"] = [nil, nil, nil, nil]
            }
        },
        Case(law: .stateDiffers, name: "a state with another commitment") {
            $0.changing("joined", of: 4) { $0["state"]?["commitment"] = "00" }
        },
        Case(law: .joining, name: "a spectator gets a token") {
            $0.changing("joined", of: 4) { $0["token"] = "t" }
        },
        Case(law: .joining, name: "a player gets no token") {
            $0.changing("joined", of: 1) { $0["token"] = nil as JSONValue? }
        },
        Case(law: .joining, name: "another seat than asked for") {
            $0.changing("joined", of: 1) { $0["seat"] = 3 }
        },
        Case(law: .joining, name: "another room") {
            $0.changing("joined", of: 1) { $0["room"] = "XYZ" }
        },
        Case(law: .joining, name: "the old token after a resume") {
            $0.changing("joined", 2, of: 2) { $0["token"] = "token2" }
        },
        Case(law: .joining, name: "a resume from another version") {
            $0.changing("joined", 2, of: 2) { $0["version"] = 3 }
        },
        Case(law: .joining, name: "no joined at all") { $0.changing("joined", of: 1) { $0 = nil } },
        Case(law: .reply, name: "no reply") { $0.changing("ok", 3, of: 1) { $0 = nil } },
        Case(law: .reply, name: "a reply to nothing") { $0.changing("ok", 3) { $0["re"] = 9_999 } },
        Case(law: .reply, name: "two replies") { steps in
            guard let index = steps.firstIndex(where: { $0.received?["type"] == "ok" }) else {
                return steps
            }
            var steps = steps
            steps.insert(steps[index], at: index)
            return steps
        },
        Case(law: .okBeforeFrame, name: "the reply comes first") { steps in
            guard let index = steps.firstIndex(where: { $0.received?["type"] == "ok" }),
                case .received(let viewer, _) = steps[index],
                let frame = steps[..<index].lastIndex(where: {
                    if case .received(viewer, _) = $0 { true } else { false }
                })
            else { return steps }
            var steps = steps
            steps.swapAt(index, frame)
            return steps
        },
        Case(law: .okWithoutMove, name: "the ok is for another card") { steps in
            var steps = steps
            guard
                let index = steps.firstIndex(where: {
                    if case .sent(_, let message) = $0 { message["type"] == "play" } else { false }
                }), case .sent(let viewer, var message) = steps[index]
            else { return steps }
            message["card"] = .string(message["card"] == "2S" ? "3S" : "2S")
            steps[index] = .sent(viewer, message)
            return steps
        },
        Case(law: .wrongRefusal, name: "a legal card is refused") { steps in
            guard
                let index = steps.firstIndex(where: {
                    if case .sent(_, let message) = $0 { message["type"] == "play" } else { false }
                }), case .sent(let viewer, let message) = steps[index]
            else { return steps }
            var steps = steps
            let error: JSONValue = [
                "type": "error", "re": message["id"]!, "code": "card_not_in_hand", "message": "no",
            ]
            steps.insert(.received(viewer, error), at: index + 1)
            return steps
        },
        Case(law: .malformed, name: "an error without a code") {
            $0 + [.received(0, ["type": "error", "message": "no"])]
        },
        Case(law: .malformed, name: "a message without a type") { $0 + [.received(0, ["re": 1])] },
        Case(law: .malformed, name: "a frame without events") {
            $0.changing("events", 5) { $0["events"] = [] }
        },
    ])
    func `what one viewer is told wrongly is caught`(example: Case) {
        let steps = transcript()
        let changed = example.change(steps)
        #expect(changed != steps)
        let found = faults(in: changed)
        #expect(found.contains { $0.law == example.law }, "\(found)")
    }

    @Test func `every law has a test that breaks it`() {
        let delivery: Set<Fault.Law> = [
            .missedFrame, .versionOrder, .extraFrame, .differingEvents, .privateCards, .dealing,
            .stateDiffers, .joining, .reply, .okBeforeFrame, .okWithoutMove, .wrongRefusal,
            .malformed,
        ]
        let rules: Set<Fault.Law> = [
            .hakemDraw, .hakemRotation, .eventOrder, .handNumber, .commitment, .reveal, .turn,
            .deadline, .trump, .trickWinner, .trickCount, .handResult, .matchResult, .seating,
            .leak,
            .followSuit, .notInHand, .cardTwice,
        ]
        #expect(delivery.union(rules) == Set(Fault.Law.allCases))
    }

    @Test func `text that is no JSON is a fault`() {
        var referee = MatchReferee()
        let viewer = referee.addViewer()
        referee.received(Array("{".utf8), by: viewer)
        #expect(referee.faults.map(\.law) == [.malformed])
    }

    @Test func `one fault does not drown the rest of the match`() {
        let steps = transcript(tamper: once("trick", 2) { $0["tricks"] = [0, 1] })
        #expect(faults(in: steps).count <= 10)
    }

    @Test func `what is kept of a match is bounded, but for one entry a version`() {
        var referee = MatchReferee()
        for _ in 0..<5 { _ = referee.addViewer() }
        for step in transcript(seed: 2, target: 25) { referee.take(step) }
        #expect(referee.faults.isEmpty && referee.isOver)
        #expect(referee.past.count <= MatchReferee.pastMax)
        #expect(referee.dealt.count <= 3)
        #expect(referee.pendingStates.isEmpty && referee.uncheckedStatesTotal == 0)
        #expect(referee.viewers.allSatisfy { $0.backlog.isEmpty && $0.requests.isEmpty })
    }

    @Test func `no mutation of what is received traps`() {
        print("seed \(seed)")
        var generator = SplitMix64(seed: seed)
        let steps = transcript(target: 1)
        for _ in 0..<60 {
            var referee = MatchReferee()
            for _ in 0..<5 { _ = referee.addViewer() }
            for step in steps {
                guard case .received(let viewer, let message) = step,
                    Int.random(in: 0..<10, using: &generator) == 0
                else {
                    referee.take(step)
                    continue
                }
                referee.received(mutate(message, using: &generator), by: viewer)
            }
            referee.finish()
            #expect(!referee.faults.isEmpty)
        }
    }

    /// Changes one value somewhere in the tree.
    private func mutate(_ value: JSONValue, using generator: inout SplitMix64) -> JSONValue {
        let odd: [JSONValue] = [
            nil, true, -1, 4, 14, .int(.max), .int(.min), 0.5, "", "AS", [], [:], [0, 0],
            [.int(.max), .int(.min)],
        ]
        let other = odd.randomElement(using: &generator) ?? nil
        switch value {
        case .array(var elements) where !elements.isEmpty:
            let index = Int.random(in: 0..<elements.count, using: &generator)
            elements[index] = mutate(elements[index], using: &generator)
            return .array(elements)
        case .object(var members) where !members.isEmpty:
            let index = Int.random(in: 0..<members.count, using: &generator)
            members[index].value = mutate(members[index].value, using: &generator)
            return .object(members)
        default: return other
        }
    }

    @Test func `no faults are told beyond a limit`() {
        var referee = MatchReferee()
        let viewer = referee.addViewer()
        for _ in 0..<1_000 { referee.received([], by: viewer) }
        #expect(referee.faults.count == MatchReferee.faultsMax)
    }
}
