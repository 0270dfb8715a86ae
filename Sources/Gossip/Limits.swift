/// Every bound of this target, with its unit and its reason.
package enum Limits {
    /// Bytes of a member's name: fits a DNS label and a Kubernetes pod's name.
    package static let nameBytesMax = 63
    /// Bytes of encoded metadata: a member's whole entry stays under 400 bytes.
    package static let metadataBytesMax = 256
    /// Bytes of a zone's name.
    package static let zoneBytesMax = 32
    /// Bytes of a version text.
    package static let versionBytesMax = 32
    /// A server's greatest share of the rooms: more rooms than one machine holds, and few enough
    /// that weights are compared in 64 bits.
    package static let weightMax: UInt32 = 1 << 20
    /// Bytes of a sealed datagram: crosses an IPv6 path of 1,280 bytes without fragments.
    package static let packetBytesMax = 1_200
    /// Bytes of a datagram's message before sealing.
    package static let plainBytesMax = packetBytesMax - PacketHeader.overheadBytes
    /// Bytes of a sealed stream frame: the whole table at `membersMax`, at 400 bytes a member.
    package static let frameBytesMax = 512 * 1_024
    /// Bytes of an announcement.
    package static let announcementBytesMax = 512
    /// Bytes that are told to all: an announcement and what kind of word it is.
    package static let broadcastBytesMax = announcementBytesMax + 1
    /// Bytes of a direct message; above `datagramMessageBytesMax` it goes by stream.
    package static let messageBytesMax = 256 * 1_024
    /// Bytes of a direct message that fits a datagram beside its framing.
    package static let datagramMessageBytesMax = 1_000
    /// Members in the table, the failed and the left included; beyond it the oldest of these go.
    package static let membersMax = 1_024
    /// Packets waiting for the shell. It drains them after each input, so this is never near.
    package static let outboxMax = 2_048
    /// Events waiting for the owner.
    package static let eventsMax = 4_096
    /// Pings whose ack may still come: two seconds' worth for a helper of 50 others.
    package static let outstandingMax = 256
    /// Probes that we make for others at one time.
    package static let relaysMax = 64
    /// Probes that hints have started and that run beside the regular one.
    package static let hintedProbesMax = 8
    /// Probes of ours at one time: those of hints, and those of a period with the ones before it.
    package static let probesMax = hintedProbesMax + 2 * (1 + Timing().outageProbes)
    /// Pieces of news that wait to be told: of each member its record or its suspicion by as many
    /// as are counted, and the announcements.
    package static let newsMax = membersMax * 3 + announcementsQueuedMax
    /// Pieces of news that a packet holds: records of about 100 bytes.
    package static let newsPerPacket = 10
    /// Stream requests of ours under way.
    package static let requestsMax = 32
    /// Beyond this no more of them are probes: tables and messages must get through beside those who
    /// do not answer.
    package static let probeRequestsMax = 16
    /// Tables that a node asks for at one time, of different members, while it has none.
    package static let tablesJoiningMax = 3
    /// Announcements in the queue, and remembered so that none is passed on twice.
    package static let announcementsQueuedMax = 64
    package static let announcementsRememberedMax = 512
    /// Challenges a second to strangers: what a joining crowd of 200 needs, and no flood.
    package static let challengesPerSecondMax = 400
    /// Proofs that are kept for those who asked for them: as many seeds as people name, twice.
    package static let cookiesMax = 8
    /// Entries of a digest answer in one datagram: 17–21 bytes each.
    package static let entriesPerPacketMax = 48
    /// A table that differs in more members than this is exchanged by stream.
    package static let deltaMembersMax = 96
    /// Servers in a view: what one cluster is meant for, and a document of 12 KB.
    package static let serversMax = 500
    /// Voters in a view: five, and one more while one is being replaced.
    package static let votersMax = 6
    /// Smaller lineages are the numbers of nodes that founders wait for.
    package static let lineageMin: UInt64 = 1 << 32
    /// Answers that wait for the disk.
    package static let unwrittenMax = 64
    /// Requests of others by stream at one time: a joining crowd of 200, and no more files than a
    /// node can spare; and from one address, so that a single machine cannot take them all.
    package static let streamsMax = 256
    package static let streamsPerHostMax = 128
    /// How long a stream of another node may take from its connect to our answer.
    package static let answerTimeMax = Duration.seconds(5)
    /// Long messages that wait until fewer requests of ours are under way.
    package static let waitingMessagesMax = 512
    /// Seeds of one node.
    package static let seedsMax = 64
}
