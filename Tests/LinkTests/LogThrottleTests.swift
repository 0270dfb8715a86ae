import Gossip
import Link
import Testing

@Suite struct LogThrottleTests {
    @Test func `a line is let through once in its interval and says how many were not`() {
        var throttle = LogThrottle(interval: .seconds(10))
        let now = Instant.origin
        #expect(throttle.admit("a", now: now) == 0)
        #expect(throttle.admit("a", now: now.advanced(by: .seconds(1))) == nil)
        #expect(throttle.admit("a", now: now.advanced(by: .seconds(9))) == nil)
        #expect(throttle.admit("b", now: now.advanced(by: .seconds(9))) == 0)
        #expect(throttle.admit("a", now: now.advanced(by: .seconds(10))) == 2)
    }

    @Test func `a flood of kinds takes no more memory and no more lines than a bounded number`() {
        var throttle = LogThrottle(interval: .seconds(10))
        let lines = (0..<10_000).count { throttle.admit("\($0)", now: .origin) != nil }
        #expect(lines < 200)
    }
}
