import Policy
import Testing

@Suite struct CollectorTests {
    private func collect(_ collector: FigureCollector, _ names: [String], after seconds: Int)
        -> Figures
    {
        collector.figures(
            serving: names, starting: 0, startTime: nil, at: monday + .seconds(seconds),
            staleAfter: .seconds(30))
    }

    @Test func `figures are summed over the servers that speak`() {
        var collector = FigureCollector()
        for (name, players) in [("a", 10.0), ("b", 30), ("c", 20)] {
            collector.receive([.players: players], from: name, at: monday)
        }
        let players = collect(collector, ["a", "b", "c"], after: 1)[.players]
        #expect(
            players
                == FigureSummary(fresh: 3, expected: 3, sum: 60, smallest: 10, largest: 30, p95: 30)
        )
    }

    @Test func `an old number is no number, and the silent count as expected`() {
        var collector = FigureCollector()
        collector.receive([.players: 10], from: "a", at: monday)
        collector.receive([.players: 30], from: "b", at: monday + .seconds(20))
        let some = collect(collector, ["a", "b", "new"], after: 40)[.players]
        #expect(some.fresh == 1 && some.expected == 3 && some.value(.sum) == 90)
        let none = collect(collector, ["a", "b"], after: 51)[.players]
        #expect(none.value(.sum) == nil && none.value(.largest) == nil && !none.hasQuorum(0.6))
    }

    @Test func `a counter becomes a rate, and one that fell began anew`() {
        var collector = FigureCollector()
        collector.receive([.roomsCreated: 100], from: "a", at: monday)
        #expect(collect(collector, ["a"], after: 1)[.roomsCreated].value(.rate) == nil)
        collector.receive([.roomsCreated: 130], from: "a", at: monday + .seconds(10))
        #expect(collect(collector, ["a"], after: 10)[.roomsCreated].value(.rate) == 3)
        collector.receive([.roomsCreated: 20], from: "a", at: monday + .seconds(20))
        #expect(collect(collector, ["a"], after: 20)[.roomsCreated].value(.rate) == 2)
    }

    @Test(arguments: [Double.nan, .infinity, -1])
    func `what is no number says nothing`(value: Double) {
        var collector = FigureCollector()
        collector.receive([.cpu: value], from: "a", at: monday)
        #expect(collect(collector, ["a"], after: 0)[.cpu].fresh == 0)
    }

    @Test func `who is gone is forgotten`() {
        var collector = FigureCollector()
        collector.receive([.cpu: 0.5], from: "a", at: monday)
        collector.keep(["b"])
        #expect(collect(collector, ["a"], after: 0)[.cpu].fresh == 0)
    }

    @Test func `after a clock was put back a counter goes on from there`() {
        var collector = FigureCollector()
        collector.receive([.roomsCreated: 100], from: "a", at: monday + .seconds(90_000))
        collector.receive([.roomsCreated: 110], from: "a", at: monday)
        collector.receive([.roomsCreated: 130], from: "a", at: monday + .seconds(10))
        #expect(collect(collector, ["a"], after: 10)[.roomsCreated].value(.rate) == 2)
    }
}
