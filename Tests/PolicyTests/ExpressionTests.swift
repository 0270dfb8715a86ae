import Random
import Testing

@testable import Policy

@Suite struct ExpressionTests {
    private func value(_ text: String, whole: Double = 1) throws -> Double? {
        var given = figures(players: 600, ready: 4, cpu: 0.8)
        given[.errors] = .even(1, servers: 4)
        given[.requests] = .even(10, servers: 4)
        given[.roomsCreated] = .even(0.1, servers: 4)
        let surroundings = Surroundings(
            figures: given, startTimeSeconds: 45, quorum: 0.6, whole: whole)
        return try ExpressionParser.expression(text).0.reading(in: surroundings).value
    }

    @Test(arguments: [
        ("players", 600), ("players / instances", 150), ("players ÷ instances", 150),
        ("avg(cpu) * 100", 80), ("max(players)", 150), ("sum(players)", 600),
        ("rate(errors)", 0.1), ("rate(rooms_created)", 0.4), ("10/min * 60s", 10),
        ("2 + 3 × 4 − 1", 13), ("(2 + 3) * 4", 20), ("-2 - -3", 1), ("10 - 3 - 2", 5),
        ("start + 60s", 105), ("start+1m", 105), ("max(20%, 60)", 60), ("min(1, 2, 3)", 1),
        ("max(players, 700)", 700), ("6/min(2, 3)", 3), ("p95(players)", 150), ("500ms", 0.5),
    ])
    func `an expression is worked out as it is written`(text: String, expected: Double) throws {
        let result = try #require(try value(text))
        #expect(abs(result - expected) < 1e-9)
    }

    @Test func `a share is of what the place says`() throws {
        #expect(try value("max(20%, 60)", whole: 1000) == 200)
    }

    @Test(arguments: [
        ("", 0, "a figure or a number belongs"), ("cpu", 0, "every server has its cpu"),
        ("playrs", 0, "did you mean players?"), ("mx(cpu)", 0, "unknown function"),
        ("rooms_created", 0, "say rate(rooms_created)"), ("rate(players)", 5, "no rate"),
        ("sum(cpu)", 4, "means nothing"), ("1 + ", 4, "the end where"),
        ("(1", 2, "')' belongs"), ("1 2", 2, "nothing more belongs"), ("1 $ 2", 2, "no meaning"),
        ("players + avg(cpu) * 60s", 0, "means nothing"), ("1.", 0, "not a number"),
        ("avg(1, 2)", 4, "one figure"),
    ])
    func `what is no expression is refused where it is wrong`(
        text: String, offset: Int, reason: String
    ) {
        do throws(ExpressionError) {
            _ = try ExpressionParser.expression(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.offset == offset && error.reason.contains(reason), "\(error)")
        }
    }

    @Test(arguments: [
        ("max(cpu) > 90", "write it with %"), ("players / instances > 20%", "compared with"),
        ("rate(rooms_created) > 10", "/min"), ("players", "a comparison"),
        ("avg(response_time_p99) > 2", "write it with ms"), ("1 > 2 > 3", "nothing more"),
    ])
    func `a comparison of unlike things is refused`(text: String, reason: String) {
        do throws(ExpressionError) {
            _ = try ExpressionParser.condition(text)
            Issue.record("\(text) was taken")
        } catch { #expect(error.reason.contains(reason), "\(error)") }
    }

    @Test func `depth and length have limits`() {
        let deep = String(repeating: "(", count: 40) + "1" + String(repeating: ")", count: 40)
        let long = "1" + String(repeating: " + 1", count: 100)
        for text in [deep, long] {
            #expect(throws: ExpressionError.self) { _ = try ExpressionParser.expression(text) }
        }
    }

    @Test func `a missing figure is not zero, and a division by nothing is no number`() throws {
        var given = figures(players: 600, ready: 4)
        given[.cpu] = .missing
        let surroundings = Surroundings(figures: given, startTimeSeconds: 45, quorum: 0.6)
        for text in ["avg(cpu)", "max(avg(cpu), 50%)", "players / (instances - 4)"] {
            let reading = try ExpressionParser.expression(text).0.reading(in: surroundings)
            #expect(reading == Reading(value: nil, isWhole: false), "\(text)")
        }
    }

    @Test func `no text of any kind traps`() {
        var generator = SplitMix64(seed: seed)
        let pieces = [
            "max", "(", ")", "cpu", "players", "/", "min", "%", "1", "9.9", ",", "-", " ", ">",
            "/min", "rate", "start", "é", "\u{0}", "instances", "1e9", "s", "..", "−",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0...12, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
            do throws(ExpressionError) {
                let expression = try ExpressionParser.expression(text).0
                let surroundings = Surroundings(
                    figures: figures(players: 1, ready: 1), startTimeSeconds: 1, quorum: 1)
                let value = expression.reading(in: surroundings).value
                #expect(value?.isFinite ?? true, "SEED=\(seed) \(text)")
            } catch {
                #expect((0...text.unicodeScalars.count).contains(error.offset), "SEED=\(seed)")
            }
        }
    }
}
