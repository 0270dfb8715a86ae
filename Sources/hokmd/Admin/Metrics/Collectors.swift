package import Gateway
package import Gossip
internal import Link
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

    /// The rooms of this node, and what their copies cost.
    package static func rooms(_ figures: RoomsFigures) -> [MetricFamily] {
        let counters = figures.counters
        let gauges: [(String, String, Int)] = [
            ("hokmd_players", "People with a seat.", counters.players),
            ("hokmd_players_max", "People who may have a seat here.", figures.capacity),
            ("hokmd_queue_players", "Players who wait for a table.", figures.queueLength),
            ("hokmd_rooms", "Rooms that this node owns.", figures.rooms),
            ("hokmd_room_copies", "Copies of other servers' rooms.", figures.copies),
        ]
        let totals: [(String, String, UInt64)] = [
            ("rooms_opened", "Rooms that were opened here.", UInt64(counters.roomsOpened)),
            ("rooms_ended", "Rooms that have ended here.", UInt64(counters.roomsEnded)),
            ("rooms_taken_up", "Rooms that another server ran.", UInt64(counters.roomsTakenUp)),
            ("rooms_given_away", "Rooms that others run now.", UInt64(counters.roomsGivenAway)),
            (
                "rooms_lost", "Rooms that ended as their newest state was gone.",
                UInt64(counters.roomsDoubted + counters.recordsUnusable)
            ),
            ("room_pauses", "Pauses that players were told of.", UInt64(counters.pauses)),
            ("commits", "Moves and other changes that were committed.", counters.commits),
            ("inputs", "What players asked of rooms.", UInt64(counters.inputs)),
            (
                "arrivals_refused", "Joins, resumes and spectators that were turned away.",
                UInt64(counters.refusedArrivals)
            ),
            ("replication_copies", "Copies sent to successors.", counters.copiesSent),
            ("replication_bytes", "Bytes of copies, compressed.", counters.copyBytesSent),
            ("replication_whole_copies", "Copies sent whole.", counters.copiesSentWhole),
            ("replication_refused", "Copies a successor refused.", counters.copiesRefused),
            ("replication_unreadable", "Copies that came damaged.", counters.copiesUnreadable),
            (
                "replication_unusable_records", "Records that no room could be made from.",
                UInt64(counters.recordsUnusable)
            ),
        ]
        return gauges.map { MetricFamily($0.0, .gauge, $0.1, Double($0.2)) }
            + totals.map { MetricFamily("hokmd_\($0.0)_total", .counter, $0.1, Double($0.2)) }
            + links(figures.links)
    }

    /// The links of a node's rooms.
    private static func links(_ counters: LinkCounters) -> [MetricFamily] {
        let totals: [(String, String, UInt64)] = [
            ("up", "Links that came up.", counters.up),
            ("down", "Links that broke.", counters.down),
            ("refused", "Attempts of others that came to nothing.", counters.refused),
            ("failed", "Attempts of ours that came to nothing.", counters.failed),
            ("silent", "Links that fell silent.", counters.silent),
            ("overflowed", "Links whose queue was full.", counters.overflowed),
            ("sent_bytes", "Bytes sent on links.", counters.bytesSent),
            ("received_bytes", "Bytes that came on links.", counters.bytesReceived),
        ]
        return totals.map {
            MetricFamily("hokmd_link_\($0.0)_total", .counter, $0.1, Double($0.2))
        }
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
