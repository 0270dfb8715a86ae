import Testing

@testable import Gateway

@Suite struct CountersTests {
    @Test func `events are counted apart and have a slot each`() {
        let counters = Counters()
        counters.count(.messages, 2)
        counters.count(.messages)
        counters.count(.lost)
        #expect(counters[.messages] == 3)
        #expect(counters[.lost] == 1)
        #expect(counters[.upgrades] == 0)
        #expect(Counters.Event.allCases.count <= Counters.slots)
    }

    @Test func `names are as metrics have them`() {
        #expect(Counters.Event.refusedOrigin.name == "refused_origin")
        #expect(Counters.Event.lost.name == "lost")
    }
}
