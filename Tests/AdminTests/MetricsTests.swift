import CoreMetrics
import Gateway
import Gossip
import Rooms
import Testing

@testable import Admin

@Suite struct MetricsTests {
    private func text(_ registry: MetricsRegistry) async -> String {
        String(decoding: await registry.exposition(), as: UTF8.self)
    }

    @Test func `what is counted is shown in the text format`() async throws {
        let registry = MetricsRegistry()
        registry.counter("hokmd_moves_total", "Moves.").add(3)
        registry.counter("hokmd_links_total", "Links.", labels: [.init("peer", "s1")]).add()
        registry.counter("hokmd_links_total", "Links.", labels: [.init("peer", "a\"\\\nb")]).add(2)
        registry.gauge("hokmd_load", "Load\\ of\nnow.").set(0.25)
        #expect(
            await text(registry)
                == """
                # HELP hokmd_links_total Links.
                # TYPE hokmd_links_total counter
                hokmd_links_total{peer="a\\"\\\\\\nb"} 2
                hokmd_links_total{peer="s1"} 1
                # HELP hokmd_load Load\\\\ of\\nnow.
                # TYPE hokmd_load gauge
                hokmd_load 0.25
                # HELP hokmd_metrics_dropped_total Series that found no place: too many of a name, or a name of another kind.
                # TYPE hokmd_metrics_dropped_total counter
                hokmd_metrics_dropped_total 0
                # HELP hokmd_moves_total Moves.
                # TYPE hokmd_moves_total counter
                hokmd_moves_total 3

                """)
    }

    @Test func `a histogram's buckets are cumulative, its bounds inclusive`() async throws {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("hokmd_commit_seconds", "Commits.", bounds: [0.125, 1])
        for value in [0.0625, 0.125, 0.5, 1, 7, .nan] { histogram.record(value) }
        histogram.record(.microseconds(62_500))
        let parsed = try ExpositionParser(await text(registry))
        let samples = try #require(parsed.families["hokmd_commit_seconds"]).samples
        #expect(samples.map(\.value) == [3, 5, 6, 8.75, 6])
        #expect(samples.compactMap { $0.labels["le"] } == ["0.125", "1", "+Inf"])
    }

    @Test func `the same labels are the same cell, in any order`() {
        let registry = MetricsRegistry()
        let one = registry.counter("a_total", "A.", labels: [.init("x", "1"), .init("y", "2")])
        let same = registry.counter("a_total", "A.", labels: [.init("y", "2"), .init("x", "1")])
        let other = registry.counter("a_total", "A.", labels: [.init("x", "2"), .init("y", "1")])
        #expect(one === same && one !== other)
    }

    @Test func `labels are bounded, and what is dropped is counted`() async throws {
        let registry = MetricsRegistry()
        for index in 0..<MetricsRegistry.seriesMax + 5 {
            registry.counter("rooms_total", "R.", labels: [.init("room", "\(index)")]).add()
        }
        registry.gauge("rooms_total", "Of another kind.").set(1)
        let parsed = try ExpositionParser(await text(registry))
        #expect(parsed.families["rooms_total"]?.samples.count == MetricsRegistry.seriesMax)
        #expect(parsed.families["hokmd_metrics_dropped_total"]?.samples.first?.value == 6)
    }

    @Test func `a collector is asked each time, and families of one name stand together`()
        async throws
    {
        let registry = MetricsRegistry()
        let calls = CounterCell()
        for loop in ["0", "1"] {
            registry.collect {
                calls.add()
                return [
                    MetricFamily(
                        "loop_total", .counter, "L.", by: "loop", [(loop, Double(calls.value))])
                ]
            }
        }
        let parsed = try ExpositionParser(await text(registry))
        #expect(parsed.families["loop_total"]?.samples.map(\.value) == [1, 2])
        _ = await text(registry)
        #expect(calls.value == 4)
    }

    @Test func `many threads lose nothing`() async {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("t_seconds", "T.")
        let gauge = registry.gauge("g", "G.")
        let counter = registry.counter("c_total", "C.")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        histogram.record(0.25)
                        gauge.add(1)
                        counter.add()
                    }
                }
            }
        }
        #expect(counter.value == 8_000 && gauge.value == 8_000)
        #expect(histogram.samples(labels: []).suffix(2).map(\.value) == [2_000, 8_000])
    }

    @Test func `what libraries measure through swift-metrics is shown`() async throws {
        let registry = MetricsRegistry()
        let backend = MetricsBackend(registry)
        Counter(label: "nio.accepts", dimensions: [("the loop", "1")], factory: backend)
            .increment(by: 2)
        Gauge(label: "depth", factory: backend).record(4)
        Meter(label: "level", factory: backend).set(2.5)
        let recorder = Recorder(label: "size_bytes", factory: backend)
        recorder.record(100)
        Timer(label: "took", factory: backend).recordMilliseconds(20)
        let parsed = try ExpositionParser(await text(registry))
        let accepts = try #require(parsed.families["nio_accepts_total"]).samples
        #expect(accepts.map(\.value) == [2] && accepts[0].labels == ["the_loop": "1"])
        #expect(parsed.families["depth"]?.samples.map(\.value) == [4])
        #expect(parsed.families["level"]?.samples.map(\.value) == [2.5])
        #expect(parsed.families["size_bytes"]?.kind == "histogram")
        let took = try #require(parsed.families["took_seconds"]).samples
        #expect(took.first { $0.name == "took_seconds_sum" }?.value == 0.02)
        recorder.destroy()
        #expect(!(await text(registry)).contains("size_bytes"))
    }

    @Test func `every part's counters have names after the conventions`() async throws {
        let registry = MetricsRegistry()
        registry.collect {
            Collectors.gateway([Gateway.Counters(), Gateway.Counters()], connections: 3)
                + Collectors.rooms(RoomCounters(), capacity: 5, queue: 1)
                + Collectors.gossip(Gossip.Counters()) + Collectors.cluster(Sample.status)
                + ProcessFigures.current.families
        }
        let parsed = try ExpositionParser(await text(registry))
        for name in parsed.families.keys {
            #expect(name.hasPrefix("hokmd_") || name.hasPrefix("process_"), "\(name)")
        }
        let refusals = try #require(parsed.families["hokmd_gateway_refusals_total"]).samples
        let flow = ["connections", "requests", "upgrades", "messages", "lost"]
        #expect(
            Set(refusals.compactMap { $0.labels["reason"] })
                == Set(Gateway.Counters.Event.allCases.map(\.name)).subtracting(flow))
        #expect(parsed.families["hokmd_members"]?.samples.map(\.value) == [2, 1, 0, 0])
        #expect(parsed.families["process_resident_memory_bytes"]?.samples.first?.value ?? 0 > 1e6)
        #expect(parsed.families["process_open_fds"]?.samples.first?.value ?? 0 > 2)
    }

    @Test(arguments: [
        "a_total 1", "# TYPE a counter\na 1\n", "# HELP a_total A.\n# TYPE a_total counter\n",
        "# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n",
        "# HELP a A.\n# TYPE a counter\na 1\n", "# HELP a A.\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na{x=\"1\" 1\n", "# HELP a A.\n# TYPE a gauge\na one\n",
        "# HELP a A.\n# TYPE a gauge\nb 1\n", "# HELP a A.\n# TYPE a gauge\na{x=\"\\q\"} 1\n",
        "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
    func `the parser of these tests bites`(text: String) {
        #expect(throws: ExpositionParser.Fault.self) { _ = try ExpositionParser(text) }
    }
}
