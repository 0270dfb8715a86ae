import Testing

@testable import Gossip

@Suite struct EvidenceTests {
    private let dead = NodeID(name: "dead")

    private func member(_ name: String, _ number: Int) -> Member {
        Member(
            name: name, address: Network.address(number), incarnation: Incarnation(instance: 1),
            metadata: Metadata())
    }

    private func evidence(missingSince since: Duration, others: Int) -> Evidence {
        var evidence = Evidence(timing: ViewTiming(), now: .origin)
        evidence.note(member("own", 1), heard: nil)
        for number in 0..<others { evidence.note(member("n\(number)", 2 + number), heard: nil) }
        evidence.expect([dead], now: Instant.origin.advanced(by: since))
        return evidence
    }

    @Test func `who has just come takes a member of the view that nobody told it of to be gone`() {
        let newcomer = evidence(missingSince: .milliseconds(100), others: 2)
        #expect(
            newcomer.gone(dead, instance: 1) == Instant.origin.advanced(by: .milliseconds(1_100)))
        #expect(newcomer.gone(NodeID(name: "n0"), instance: 1) == nil)
    }

    @Test func `who is alone, or has been there for long, waits ten seconds`() {
        let alone = evidence(missingSince: .milliseconds(100), others: 0)
        #expect(
            alone.gone(dead, instance: 1) == Instant.origin.advanced(by: .milliseconds(10_100)))
        let old = evidence(missingSince: .seconds(60), others: 2)
        #expect(old.gone(dead, instance: 1) == Instant.origin.advanced(by: .seconds(70)))
    }
}
