import JSON
import Testing

@testable import Referee

/// A server with wrong rules: everyone is shown the same wrong thing.
@Suite struct RuleFaultTests {
    /// A fault, and how an event must change to be one.
    struct Case: CustomTestStringConvertible, Sendable {
        let law: Fault.Law
        let type: String
        var count = 1
        let change: @Sendable (inout JSONValue) -> Void

        var testDescription: String { "\(law) by \(type)" }
    }

    @Test(arguments: [
        Case(law: .hakemDraw, type: "hakem") { $0["draw"] = [] },
        Case(law: .hakemDraw, type: "hakem") {
            $0["seat"] = .int((Int64($0.seat("seat")!) + 1) % 4)
        },
        Case(law: .hakemDraw, type: "hakem") {
            $0["draw"] = .array($0["draw"]!.array! + [["seat": 0, "card": "2S"]])
        },
        Case(law: .hakemDraw, type: "hakem") {
            $0["draw"] = .array(
                $0["draw"]!.array!.dropLast() + [["seat": $0["seat"]!, "card": "2S"]])
        },
        Case(law: .hakemDraw, type: "hakem", count: 2) {
            $0["draw"] = [["seat": 0, "card": "AS"]]
        },
        Case(law: .hakemRotation, type: "hakem", count: 2) {
            $0["seat"] = .int((Int64($0.seat("seat")!) + 2) % 4)
        },
        Case(law: .eventOrder, type: "hakem") { $0 = nil },
        Case(law: .eventOrder, type: "deal", count: 2) { $0 = nil },
        Case(law: .eventOrder, type: "turn", count: 5) { $0 = nil },
        Case(law: .eventOrder, type: "trick", count: 2) { $0 = nil },
        Case(law: .eventOrder, type: "trump") { $0 = nil },
        Case(law: .eventOrder, type: "played", count: 4) { $0 = nil },
        Case(law: .eventOrder, type: "hand") { $0 = nil },
        Case(law: .eventOrder, type: "match") { $0 = nil },
        Case(law: .handNumber, type: "deal") { $0["hand"] = 5 },
        Case(law: .handNumber, type: "deal", count: 2) { $0["hand"] = 1 },
        Case(law: .commitment, type: "deal") { $0["commitment"] = nil },
        Case(law: .commitment, type: "deal") { $0["commitment"] = "xyz" },
        Case(law: .reveal, type: "hand") { $0["reveal"] = nil },
        Case(law: .turn, type: "turn", count: 3) {
            $0["seat"] = .int((Int64($0.seat("seat")!) + 1) % 4)
        },
        Case(law: .turn, type: "turn", count: 3) { $0["ply"] = 51 },
        Case(law: .turn, type: "turn", count: 3) { $0["hand"] = 9 },
        Case(law: .turn, type: "turn", count: 3) { $0["action"] = "trump" },
        Case(law: .deadline, type: "turn", count: 3) { $0["deadline_ms"] = 300_001 },
        Case(law: .trump, type: "trump") { $0["seat"] = .int((Int64($0.seat("seat")!) + 1) % 4) },
        Case(law: .turn, type: "played", count: 6) {
            $0["seat"] = .int((Int64($0.seat("seat")!) + 2) % 4)
        },
        Case(law: .trickWinner, type: "trick", count: 2) {
            $0["winner"] = .int((Int64($0.seat("winner")!) + 2) % 4)
        },
        Case(law: .trickCount, type: "trick", count: 2) { $0["tricks"] = [3, 3] },
        Case(law: .handResult, type: "hand") { $0["points"] = 4 },
        Case(law: .handResult, type: "hand") { $0["kot"] = "half" },
        Case(law: .handResult, type: "hand") { $0["score"] = [5, 5] },
        Case(law: .handResult, type: "hand") { $0["winner"] = .int(1 - Int64($0["winner"]!.int!)) },
        Case(law: .matchResult, type: "match") {
            $0["winner"] = .int(1 - Int64($0["winner"]!.int!))
        },
        Case(law: .matchResult, type: "match") { $0["score"] = [1, 1] },
        Case(law: .seating, type: "seated", count: 3) { $0["seat"] = 0 },
        Case(law: .malformed, type: "played", count: 2) { $0["card"] = "1S" },
        Case(law: .malformed, type: "played", count: 2) { $0["seat"] = 4 },
        Case(law: .malformed, type: "said") { $0["text"] = nil },
        Case(law: .leak, type: "turn", count: 4) { $0["next"] = ["cards": ["AS"]] },
        Case(law: .dealing, type: "cards") {
            $0["cards"] = .array(Array($0["cards"]!.array!.dropLast()))
        },
        Case(law: .dealing, type: "cards", count: 3) {
            $0["cards"] = .array(Array($0["cards"]!.array!.dropLast()))
        },
        Case(law: .dealing, type: "cards", count: 3) { $0 = nil },
    ])
    func `a server that breaks a rule is caught`(example: Case) {
        let steps = transcript(tamper: once(example.type, example.count, example.change))
        let found = faults(in: steps)
        #expect(found.contains { $0.law == example.law }, "\(found)")
    }

    @Test
    func `a suit that is not followed is caught in the player's own hand, and by others later`() {
        var simulator = Simulator(seed: 5)
        simulator.breaksSuit = true
        simulator.playMatch()
        let found = faults(in: simulator.steps).filter { $0.law == .followSuit }
        #expect(found.contains { $0.detail.contains("is played from") })
        #expect(found.contains { $0.detail.contains("did not follow that suit before") })
    }

    @Test func `a card that was played before, or is another's, is caught`() {
        var first: JSONValue = nil
        let again = transcript { event in
            guard event["type"]?.string == "played" else { return event }
            if first.isNull { first = event["card"] ?? nil }
            var event = event
            event["card"] = first
            return event
        }
        let laws = Set(faults(in: again).map(\.law))
        #expect(laws.isSuperset(of: [.cardTwice, .notInHand]))
    }

    @Test func `the same cards for two seats are caught`() {
        var first: JSONValue = nil
        let steps = transcript { event in
            guard event["type"]?.string == "cards", event["cards"]?.array?.count == 13 else {
                return event
            }
            if first.isNull { first = event }
            return first
        }
        #expect(faults(in: steps).contains { $0.law == .privateCards })
    }

    @Test func `a hakem whose five cards change is caught`() {
        var five: Set<String> = []
        let steps = transcript { event in
            guard event["type"]?.string == "cards", let cards = event["cards"]?.array else {
                return event
            }
            let texts = cards.compactMap(\.string)
            if cards.count == 5 { five = Set(texts) }
            guard cards.count == 13, let one = texts.first(where: five.contains),
                let other = Simulator.pack.first(where: { !texts.contains($0) })
            else { return event }
            return [
                "type": "cards", "cards": .array(texts.map { .string($0 == one ? other : $0) }),
            ]
        }
        #expect(faults(in: steps).contains { $0.law == .privateCards })
    }
}
