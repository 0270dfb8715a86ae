/// What can be measured, by the names that a policy uses.
package enum Figure: UInt8, CaseIterable, Sendable {
    case cpu, memory, errors, requests, responseTime, players, rooms, roomsCreated, queueLength
    case connections, diskRead, diskWrite, networkIn, networkOut

    /// What kind of number a server gives.
    package enum Kind: Sendable {
        /// 0…1 of what the server has.
        case share
        /// Seconds.
        case time
        /// A count that adds up over the servers.
        case amount
        /// Something that is counted as it happens; given as its speed, a second.
        case counter
    }

    package var name: String {
        switch self {
        case .cpu: "cpu"
        case .memory: "memory"
        case .errors: "errors"
        case .requests: "requests"
        case .responseTime: "response_time_p99"
        case .players: "players"
        case .rooms: "rooms"
        case .roomsCreated: "rooms_created"
        case .queueLength: "queue_length"
        case .connections: "connections"
        case .diskRead: "disk_read"
        case .diskWrite: "disk_write"
        case .networkIn: "network_in"
        case .networkOut: "network_out"
        }
    }

    package var kind: Kind {
        switch self {
        case .cpu, .memory: .share
        case .responseTime: .time
        case .players, .rooms, .queueLength, .connections: .amount
        case .errors, .requests, .roomsCreated, .diskRead, .diskWrite, .networkIn, .networkOut:
            .counter
        }
    }

    package init?(name: some StringProtocol) {
        guard let figure = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = figure
    }
}

/// How the servers' numbers become one.
package enum Aggregate: String, CaseIterable, Sendable {
    case average = "avg"
    case largest = "max"
    case smallest = "min"
    case sum
    /// The smallest number that 95 % of the servers do not exceed.
    case p95
    /// Of counters: how many a second over all servers; of `errors`: their share of `requests`.
    case rate
}
