import Gossip
import Link
import Testing

@Suite struct LogThrottleTests {
    @Test func `a line is let through once in its interval and says how many were not`() {
        var throttle = LogThrottle(interval: .seconds(10))
        let asked = [("a", 0), ("a", 1), ("a", 9), ("b", 9), ("a", 10)]
        var answers: [Int?] = []
        for (kind, second) in asked {
            let now = Instant.origin.advanced(by: .seconds(second))
            answers.append(throttle.admit(kind, now: now))
        }
        #expect(answers == [0, nil, nil, 0, 2])
    }

    @Test func `a flood of kinds takes no more memory and no more lines than a bounded number`() {
        var throttle = LogThrottle(interval: .seconds(10))
        var lines = 0
        for number in 0..<10_000 where throttle.admit("\(number)", now: .origin) != nil {
            lines += 1
        }
        #expect(lines < 200)
    }
}
