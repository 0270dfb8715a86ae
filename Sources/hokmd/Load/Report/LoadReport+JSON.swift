package import JSON
internal import NIOCore

/// A report for programs. Times are in milliseconds.
extension LoadReport {
    package func json(_ bounds: Bounds) -> JSONValue {
        let failures = failures(bounds)
        return [
            "title": .string(title), "passed": .bool(failures.isEmpty),
            "failures": .array(failures.map { .string($0) }),
            "time_ms": Self.milliseconds(time),
            "processor_ms": Self.milliseconds(processorTime),
            "players": Self.number(players), "tables": Self.number(figures.tables),
            "unseated": Self.number(figures.unseated), "moves": Self.number(figures.moves),
            "matches": Self.number(figures.matches),
            "latency": [
                "connect": Self.json(figures.latencies.connect),
                "join": Self.json(figures.latencies.join),
                "event": Self.json(figures.latencies.event),
            ],
            "lost_moves": Self.number(figures.lostMoves.count),
            "ended_rooms": Self.number(figures.endedRooms.count),
            "closed_sockets": Self.number(figures.closedSockets.count),
            "faults": Self.number(figures.faults.count),
            "strange": Self.number(figures.strange.count),
            "waiting_notices": Self.number(figures.waitingNotices),
            "refusals": .object(
                figures.refusals.sorted { $0.key < $1.key }.map {
                    JSONValue.Member($0.key, Self.number($0.value))
                }),
            "wrongs": .array(wrongs.map { .string($0) }),
            "blows": .array(blows.map(Self.json)),
            "samples": .array(figures.samples.map(Self.json)),
        ]
    }

    private static func json(_ latency: Latency) -> JSONValue {
        [
            "count": number(latency.count), "p50_ms": milliseconds(latency.percentile(50)),
            "p90_ms": milliseconds(latency.percentile(90)),
            "p99_ms": milliseconds(latency.percentile(99)),
            "p999_ms": milliseconds(latency.percentile(99.9)),
            "max_ms": milliseconds(latency.max),
        ]
    }

    private static func json(_ blow: BlowReport) -> JSONValue {
        [
            "name": .string(blow.name), "count": number(blow.count),
            "rooms_that_waited": number(blow.stalls.times.count),
            "p50_ms": milliseconds(blow.stalls.share(0.5)),
            "p99_ms": milliseconds(blow.stalls.share(0.99)),
            "max_ms": milliseconds(blow.stalls.max),
        ]
    }

    private static func json(_ sample: CrowdSample) -> JSONValue {
        [
            "time_ms": milliseconds(sample.time), "players": number(sample.players),
            "seated": number(sample.seated), "moves": number(sample.moves),
            "p50_ms": milliseconds(sample.median), "p99_ms": milliseconds(sample.p99),
            "refusals": number(sample.refusals), "wrongs": number(sample.wrongs),
        ]
    }

    private static func number(_ number: Int) -> JSONValue { .int(Int64(number)) }

    private static func milliseconds(_ time: TimeAmount) -> JSONValue {
        .double(Double(time.nanoseconds / 1_000) / 1_000)
    }
}
