import Glibc
import JSON

@testable import Referee

/// The seed of this run's random tests: `SEED` of the environment replays one.
let seed: UInt64 =
    getenv("SEED").flatMap { UInt64(String(cString: $0)) }
    ?? UInt64.random(in: 0...UInt64(UInt32.max))

/// What the referee finds in a transcript of up to five viewers.
func faults(in steps: [Step], finishing: Bool = true) -> [Fault] {
    var referee = MatchReferee()
    for _ in 0..<5 { _ = referee.addViewer() }
    for step in steps { referee.take(step) }
    if finishing { referee.finish() }
    return referee.faults
}

extension MatchReferee {
    mutating func take(_ step: Step) {
        switch step {
        case .connected(let viewer): connected(viewer)
        case .disconnected(let viewer): disconnected(viewer)
        case .sent(let viewer, let message): sent(message, by: viewer)
        case .received(let viewer, let message): received(message, by: viewer)
        }
    }
}

/// A faultless match of this seed.
func transcript(seed: UInt64 = 1, target: Int = 7) -> [Step] {
    var simulator = Simulator(seed: seed, target: target)
    simulator.playMatch()
    return simulator.steps
}

/// A match in which every viewer is shown events changed by `tamper`; nil takes the event away.
func transcript(seed: UInt64 = 1, tamper: @escaping (JSONValue) -> JSONValue?) -> [Step] {
    var simulator = Simulator(seed: seed)
    simulator.tamper = tamper
    simulator.playMatch()
    return simulator.steps
}

/// Changes the `count`th event of a type, once.
func once(
    _ type: String, _ count: Int = 1, _ change: @escaping (inout JSONValue) -> Void
) -> (JSONValue) -> JSONValue? {
    var left = count
    return { event in
        guard event["type"]?.string == type else { return event }
        left -= 1
        guard left == 0 else { return event }
        var event = event
        change(&event)
        return event.isNull ? nil : event
    }
}

extension [Step] {
    /// Changes the `count`th received message of a type, for its one viewer.
    func changing(
        _ type: String, _ count: Int = 1, of viewer: Int? = nil,
        where matches: (JSONValue) -> Bool = { _ in true },
        _ change: (inout JSONValue) -> Void
    ) -> [Step] {
        var left = count
        var steps = self
        for (index, step) in enumerated() {
            guard case .received(let receiver, var message) = step,
                message["type"]?.string == type, viewer == nil || viewer == receiver,
                matches(message)
            else { continue }
            left -= 1
            guard left == 0 else { continue }
            change(&message)
            if message.isNull {
                steps.remove(at: index)
            } else {
                steps[index] = .received(receiver, message)
            }
            return steps
        }
        return steps
    }
}

extension JSONValue {
    /// Whether a frame has an event of this type.
    func has(_ type: String) -> Bool {
        self["events"]?.array?.contains { $0["type"]?.string == type } ?? false
    }

    /// Changes the first event of this type within a frame.
    mutating func change(_ type: String, _ change: (inout JSONValue) -> Void) {
        guard var events = self["events"]?.array,
            let index = events.firstIndex(where: { $0["type"]?.string == type })
        else { return }
        change(&events[index])
        events.removeAll { $0.isNull }
        self["events"] = .array(events)
    }
}
