/// One node's part in the agreement on views: it learns them, votes on them, proposes them.
///
/// Each number is decided by single-decree Paxos among the voters of the view before; the first
/// among the nodes that found the cluster. The machine does no input or output: `handle` takes what
/// happened and returns what is to be done. It wants a `tick` at `nextDeadline`.
package struct ViewMachine: Sendable {
    package struct Configuration: Sendable {
        package var id: NodeID
        /// How many nodes found the cluster together: 1 where this node begins alone, 0 where it
        /// joins one. It must be more than half of all nodes that are started with it.
        package var founders: Int
        package var timing = ViewTiming()

        package init(id: NodeID, founders: Int) {
            self.id = id
            self.founders = founders
        }
    }

    /// What waits for the disk.
    struct Written: Sendable {
        let token: UInt64
        let record: Promises
        let then: Release
    }

    enum Release: Sendable {
        case send(ViewMessage.Body, to: NodeID)
        case install(View)
    }

    let configuration: Configuration
    let disk: UInt64
    /// The newest view that is known; it may be on its way to the disk still.
    var view: View?
    /// The view in force.
    package internal(set) var installed: View?
    var voter: Voter
    var evidence: Evidence
    var proposer: Proposer?
    /// Whether the evidence or the view changed since the plan was made.
    var isPlanStale = true
    var plan: View?
    /// Since when this node has wanted another view.
    var wantedSince: Instant?
    /// No proposal of ours before this.
    var notBefore = Instant.origin
    var highestRound: UInt64 = 0
    /// How often most voters disagreed with what this node wants after the present view.
    var rejections = 0
    var evidenceDeadline = Instant.never
    var proposalDeadline = Instant.never
    var resendDeadline = Instant.never
    var handoverDeadline = Instant.never
    var gossipDeadline = Instant.never
    var asked: (number: UInt64, at: Instant) = (0, .origin)
    var unwritten: [Written] = []
    var lastWritten: Promises?
    var lastToken: UInt64 = 0
    /// Who has the present view on disk.
    var holders = Holders()
    /// Whether a view took this node's vote away, and enough of those who vote instead may not know.
    var isHandingOver = false
    var isMute = false
    package internal(set) var seesMajority = false
    var effects: [ViewEffect] = []

    /// - Parameter stored: what was in the state directory, or a new record with a disk drawn at
    ///   random where nothing was, or nothing that could be read.
    package init(_ configuration: Configuration, stored: Promises, now: Instant) {
        self.configuration = configuration
        disk = stored.disk
        view = stored.view
        voter = stored.voter
        evidence = Evidence(timing: configuration.timing, now: now)
        // That view may be the one that took the vote away.
        isHandingOver = view != nil && !isVoter
    }

    /// When the next `tick` is due.
    package var nextDeadline: Instant {
        min(
            evidenceDeadline, proposalDeadline, resendDeadline, gossipDeadline, handoverDeadline)
    }

    /// Whether the next view cannot be chosen without this node, or some other in its place.
    package var isVoter: Bool { view?.voters.contains(me) ?? false }

    var me: VoterID { VoterID(node: configuration.id, disk: disk) }
    var number: UInt64 { view?.number ?? 0 }
    var installedNumber: UInt64 { installed?.number ?? 0 }
    var lineage: UInt64 { view?.lineage ?? UInt64(configuration.founders) }
    var timing: ViewTiming { configuration.timing }

    package mutating func handle(
        _ event: ViewEvent, now: Instant, using generator: inout some RandomNumberGenerator
    ) -> [ViewEffect] {
        switch event {
        case .start:
            gossipDeadline = now
            expectServers(now: now)
            if let view {
                installed = view
                effects.append(.install(view))
            }
        case .tick:
            break
        case .member(let member, let heard):
            evidence.note(member, heard: heard)
            isPlanStale = true
        case .heard(let id):
            evidence.heard(id, now: now)
            if evidence.isPresent(id) { return [] }
            isPlanStale = true
        case .refused(let id):
            evidence.refused(id, now: now)
            isPlanStale = true
        case .forgotten(let id):
            evidence.drop(id)
            expectServers(now: now)
        case .dismiss(let id):
            evidence.dismiss(id, instance: view?.server(id)?.instance ?? 0)
            isPlanStale = true
        case .message(let message, let source):
            receive(message, from: source, now: now, using: &generator)
        case .newer(let newer, let source):
            ask(source, for: newer, now: now)
        case .persisted(let token):
            release(through: token, now: now, using: &generator)
        case .persistFailed:
            isMute = true
            proposer = nil
            resendDeadline = .never
            unwritten = []
            effects.append(.muted)
        }
        settle(now: now, using: &generator)
        defer { effects = [] }
        return effects
    }

    /// Takes up a view that is agreed.
    mutating func learn(_ newer: View, now: Instant) {
        guard newer.number > number, view == nil || newer.lineage == lineage else { return }
        // Whoever decided a later view than the one that took our vote away has that on disk.
        let wasVoter = isVoter
        view = newer
        isHandingOver = wasVoter && !isVoter
        holders = Holders()
        voter = Voter(number: newer.number + 1)
        proposer = nil
        resendDeadline = .never
        wantedSince = nil
        notBefore = now
        rejections = 0
        expectServers(now: now)
        write(then: .install(newer))
    }

    mutating func send(_ body: ViewMessage.Body, to target: NodeID) {
        effects.append(.send(ViewMessage(lineage: lineage, body), to: target))
    }

    private mutating func expectServers(now: Instant) {
        evidence.expect(
            (view?.servers.map(\.id) ?? []) + (view?.voters.members.map(\.node) ?? []), now: now)
        isPlanStale = true
    }

    /// Asks for a newer view, once in a while for each number.
    private mutating func ask(_ source: NodeID, for newer: UInt64, now: Instant) {
        guard newer > number, newer > asked.number || now >= asked.at.advanced(by: timing.backoff)
        else {
            return
        }
        asked = (newer, now)
        send(.have(installedNumber), to: source)
    }
}
