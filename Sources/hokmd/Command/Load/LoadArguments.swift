import ArgumentParser
import NIOCore
import YAML

/// A time on the command line: `600s`, `200ms`.
struct TimeArgument: ExpressibleByArgument, Equatable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = Duration(text: argument) else { return nil }
        self.init(duration)
    }

    var amount: TimeAmount { TimeAmount(duration) }
    var defaultValueDescription: String { duration.text }
}

/// How long players think: between two times, or around one.
struct ThinkArgument: ExpressibleByArgument, Equatable {
    let bounds: ClosedRange<TimeAmount>
    private let text: String

    init(_ range: DurationRange) {
        text = range.text
        // Around one time, so that tables which began together do not go on in step.
        bounds =
            range.lower == range.upper
            ? TimeAmount(range.lower * 0.5)...TimeAmount(range.lower * 1.5)
            : TimeAmount(range.lower)...TimeAmount(range.upper)
    }

    init?(argument: String) {
        guard let range = try? DurationRange(text: argument) else { return nil }
        self.init(range)
    }

    var defaultValueDescription: String { text }
}

/// `10-1000`: from so many players to so many.
struct PlayersArgument: ExpressibleByArgument, Equatable {
    let range: ClosedRange<Int>

    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { try? Int(text: String($0)) }
        guard parts.count == 2, numbers.count == 2, numbers[0] >= 1, numbers[0] <= numbers[1]
        else { return nil }
        range = numbers[0]...numbers[1]
    }
}

/// Where players connect: `ws://HOST:PORT` or `wss://HOST:PORT`; the ports of HTTP if none is given.
struct LoadTarget: ExpressibleByArgument, Equatable {
    let address: HostPort
    let isSecure: Bool

    init(_ address: HostPort, isSecure: Bool = false) {
        self.address = address
        self.isSecure = isSecure
    }

    init?(argument: String) {
        let schemes = [("ws://", false, 80), ("wss://", true, 443)]
        guard let (scheme, isSecure, port) = schemes.first(where: { argument.hasPrefix($0.0) })
        else { return nil }
        var rest = argument.dropFirst(scheme.utf8.count)
        for end in ["/v1/play", "/"] where rest.hasSuffix(end) {
            rest = rest.dropLast(end.utf8.count)
        }
        let hasPort = rest.contains(":") && !rest.hasSuffix("]")
        guard let address = try? HostPort(text: hasPort ? String(rest) : "\(rest):\(port)"),
            address.port > 0
        else { return nil }
        self.init(address, isSecure: isSecure)
    }

    var text: String { "\(isSecure ? "wss" : "ws")://\(address.text)" }
    var defaultValueDescription: String { text }
}
