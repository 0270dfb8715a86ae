import NIOCore
import Testing

@testable import Gossip

@Suite struct TimeScaleTests {
    @Test func `a node whose time is a fifth has lived five times as long`() {
        let fast = TimeScale(0.2)
        let time = NIODeadline.uptimeNanoseconds(3_000_000_000)
        #expect(fast.instant(time) == Instant(nanoseconds: 15_000_000_000))
        #expect(TimeScale.real.instant(time) == Instant(nanoseconds: 3_000_000_000))
    }

    @Test(arguments: [0.01, 0.2, 1, 3, 100])
    func `a deadline comes when the clock shows it`(factor: Double) {
        let scale = TimeScale(factor)
        for seconds in [0, 1, 86_400, 400 * 86_400] as [Int64] {
            let time = NIODeadline.uptimeNanoseconds(UInt64(seconds) * 1_000_000_000 + 12_345)
            let deadline = scale.deadline(scale.instant(time))
            #expect(deadline - time < .microseconds(2) && time - deadline < .microseconds(2))
        }
    }

    @Test func `a time of the node's lasts the factor of it, and never stays never`() {
        #expect(TimeScale(0.2).duration(.milliseconds(600)) == .milliseconds(120))
        #expect(TimeScale(4).amount(.seconds(1)) == .seconds(4))
        for factor in [0.01, 1, 100] {
            let never = TimeScale(factor).deadline(.never)
            #expect(never.uptimeNanoseconds >= UInt64(Double(Int64.max) * 0.009))
        }
    }
}
