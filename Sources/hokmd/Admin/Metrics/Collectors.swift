package import Gateway
package import Gossip
package import Rooms

/// Turns what the node's parts count already into families, when somebody looks.
package enum Collectors {
    /// The player port; counts are sums over its loops.
    package static func gateway(_ loops: [Gateway.Counters], connections: Int) -> [MetricFamily] {
        func total(_ event: Gateway.Counters.Event) -> Double {
            Double(loops.reduce(0) { $0 + $1[event] })
        }
        let flow: Set<Gateway.Counters.Event> = [
            .connections, .requests, .upgrades, .messages, .lost,
        ]
        let refusals = Gateway.Counters.Event.allCases.filter { !flow.contains($0) }
        return [
            MetricFamily(
                "hokmd_gateway_connections", .gauge, "Connections to the player port now.",
                Double(connections)),
            MetricFamily(
                "hokmd_gateway_connections_accepted_total", .counter,
                "Connections to the player port that were accepted.", total(.connections)),
            MetricFamily(
                "hokmd_gateway_connections_lost_total", .counter,
                "Connections that ended without a goodbye.", total(.lost)),
            MetricFamily(
                "hokmd_gateway_requests_total", .counter, "HTTP requests at the player port.",
                total(.requests)),
            MetricFamily(
                "hokmd_gateway_upgrades_total", .counter,
                "Connections that turned into a WebSocket.", total(.upgrades)),
            MetricFamily(
                "hokmd_gateway_messages_total", .counter, "Messages from players.",
                total(.messages)),
            MetricFamily(
                "hokmd_gateway_refusals_total", .counter,
                "What the player port turned away or cut off, by reason.", by: "reason",
                refusals.map { ($0.name, total($0)) }),
        ]
    }

    /// The rooms of this node.
    package static func rooms(
        _ counters: RoomCounters, capacity: Int, queue: Int
    ) -> [MetricFamily] {
        [
            MetricFamily("hokmd_players", .gauge, "People with a seat.", Double(counters.players)),
            MetricFamily(
                "hokmd_players_max", .gauge, "People who may have a seat here.", Double(capacity)),
            MetricFamily(
                "hokmd_queue_players", .gauge, "Players who wait for a table.", Double(queue)),
            MetricFamily(
                "hokmd_rooms", .gauge, "Rooms that this node owns.",
                Double(counters.roomsOpened - counters.roomsEnded)),
            MetricFamily(
                "hokmd_rooms_opened_total", .counter, "Rooms that were opened here.",
                Double(counters.roomsOpened)),
            MetricFamily(
                "hokmd_rooms_ended_total", .counter, "Rooms that have ended here.",
                Double(counters.roomsEnded)),
            MetricFamily(
                "hokmd_commits_total", .counter, "Moves and other changes that were committed.",
                Double(counters.commits)),
            MetricFamily(
                "hokmd_inputs_total", .counter, "What players asked of rooms.",
                Double(counters.inputs)),
            MetricFamily(
                "hokmd_arrivals_refused_total", .counter,
                "Joins, resumes and spectators that were turned away.",
                Double(counters.refusedArrivals)),
        ]
    }

    /// Gossip's packets and what it concluded from them.
    package static func gossip(_ counters: Gossip.Counters) -> [MetricFamily] {
        let single: [(String, String, UInt64)] = [
            ("packets_sent", "Packets that were sent.", counters.packetsSent),
            ("sent_bytes", "Bytes of packets that were sent.", counters.bytesSent),
            ("packets_received", "Packets that came.", counters.packetsReceived),
            ("received_bytes", "Bytes of packets that came.", counters.bytesReceived),
            ("send_errors", "Packets that the system did not take.", counters.sendErrors),
            ("challenges_sent", "Challenges to unknown senders.", counters.challengesSent),
            ("probes", "Probes of members.", counters.probes),
            ("probes_failed", "Probes without an answer in time.", counters.probesFailed),
            ("suspicions", "Members that were suspected.", counters.suspicions),
            ("refutations", "Suspicions of this node that it refuted.", counters.refutations),
            ("failures", "Members that were declared failed.", counters.failures),
            ("syncs", "Exchanges of whole tables.", counters.syncs),
            ("exchanges", "Exchanges over TCP.", counters.exchanges),
            ("late_wakeups", "Wakeups so late that this node doubts itself.", counters.lateWakeups),
        ]
        let dropped: [(String, UInt64)] = [
            ("malformed", counters.packetsMalformed), ("foreign", counters.packetsForeign),
            ("replayed", counters.packetsReplayed), ("former_life", counters.packetsFormerLife),
            ("undecodable", counters.packetsUndecodable), ("unproven", counters.packetsUnproven),
            ("challenge_refused", counters.challengesRefused),
        ]
        let overflows: [(String, UInt64)] = [
            ("outbox", counters.outboxOverflows), ("events", counters.eventOverflows),
        ]
        return single.map { name, help, value in
            MetricFamily("hokmd_gossip_\(name)_total", .counter, help, Double(value))
        } + [
            MetricFamily(
                "hokmd_gossip_packets_dropped_total", .counter,
                "Packets that were dropped, by reason.", by: "reason",
                dropped.map { ($0.0, Double($0.1)) }),
            MetricFamily(
                "hokmd_gossip_overflows_total", .counter,
                "What was dropped because a queue was full.", by: "queue",
                overflows.map { ($0.0, Double($0.1)) }),
        ]
    }

    /// What a node knows of its cluster.
    package static func cluster(_ status: StatusReport) -> [MetricFamily] {
        let members = MemberReport.Status.allCases.map { state in
            (state.rawValue, Double(status.nodes.count { $0.status == state }))
        }
        let alarms = Alarm.Severity.allCases.map { severity in
            (severity.rawValue, Double(status.alarms.count { $0.severity == severity }))
        }
        return [
            MetricFamily(
                "hokmd_ready", .gauge, "Whether the node can do its work.",
                status.unreadiness == nil ? 1 : 0),
            MetricFamily(
                "hokmd_quorum", .gauge, "Whether the node sees a majority of the voters.",
                status.hasQuorum ? 1 : 0),
            MetricFamily(
                "hokmd_view_number", .gauge, "The number of the node's view.",
                Double(status.view?.number ?? 0)),
            MetricFamily(
                "hokmd_members", .gauge, "Members as this node sees them.", by: "status", members),
            MetricFamily(
                "hokmd_rooms_unreplicated", .gauge,
                "Rooms that have no copy on another server, as this node knows.",
                Double(status.rooms.unreplicated)),
            MetricFamily(
                "hokmd_rooms_paused", .gauge,
                "Rooms that cannot go on, as a partner is out of reach.",
                Double(status.rooms.paused)),
            MetricFamily(
                "hokmd_alarms", .gauge, "What an operator should look at.", by: "severity", alarms),
            MetricFamily(
                "hokmd_build_info", .gauge, "The version that runs; always 1.",
                samples: [
                    MetricFamily.Sample(
                        1,
                        labels: [
                            MetricFamily.Label("version", status.version),
                            MetricFamily.Label("mode", status.mode),
                        ])
                ]),
        ]
    }
}
