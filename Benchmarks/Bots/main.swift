import Game
import Glibc

// Usage: bench-bots [FIRST SECOND [DEALS [SEED]]]; a player is random, easy, normal or strong.

func player(_ name: String, _ stopwatch: Stopwatch) -> Duel.Player? {
    if name == "random" { return Random.choose }
    return BotStrength(rawValue: name).map { strength in
        let bot = Bot(strength)
        return { view, generator in
            stopwatch.measure(strength) { bot.choose(view, using: &generator) }
        }
    }
}

func run(_ first: String, _ second: String, deals: Int, seed: UInt64, _ stopwatch: Stopwatch) {
    guard let one = player(first, stopwatch), let two = player(second, stopwatch) else {
        print("a player is one of: random, easy, normal, strong")
        return
    }
    let start = ContinuousClock.now
    let outcome = Duel(first: one, second: two).run(deals: deals, seed: seed)
    print(
        "\(first) against \(second):",
        "\(percent(outcome.share)) ± \(percent(outcome.standardError)) of hands,",
        "\(outcome.points) points over \(deals) duplicate deals,",
        "seed \(seed), \(ContinuousClock.now - start)")
}

func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10) %"
}

func main() {
    let stopwatch = Stopwatch()
    let arguments = CommandLine.arguments
    if arguments.count >= 3 {
        run(
            arguments[1], arguments[2],
            deals: arguments.count > 3 ? Int(arguments[3]) ?? 2_000 : 2_000,
            seed: arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1, stopwatch)
    } else {
        run("normal", "random", deals: 2_000, seed: 1, stopwatch)
        run("normal", "easy", deals: 2_000, seed: 1, stopwatch)
        run("strong", "normal", deals: 2_000, seed: 1, stopwatch)
    }
    for (strength, time) in stopwatch.slowest {
        print("slowest move of \(strength): \(time) of CPU")
    }
}

main()
