package import Gossip
internal import Wire

/// One connection between two nodes, from the end of its TLS handshake to its end: the hellos,
/// pings and silence, and how much waits to be sent. Knows no socket; the shell tells it what comes
/// and carries out what it answers.
package struct LinkMachine: Equatable, Sendable {
    package enum Role: Equatable, Sendable {
        /// We went to this node.
        case dialled(NodeID)
        case accepted
    }

    package enum Effect: Equatable, Sendable {
        case nothing
        /// Say `hello`.
        case sayHello
        /// The peer introduced itself, and nothing here speaks against it: answer `accept` or
        /// `refuse`.
        case greeted(Hello)
        /// The link is up. Who accepted says `hello` now.
        case up(Hello, sayHello: Bool)
        /// The frame is the owner's.
        case deliver
        case ping
        /// Say hello if asked to, then `LinkEnding.goodbye`, then close.
        case end(LinkEnding, sayHello: Bool = false)
    }

    private enum State: Equatable, Sendable {
        /// TLS is not through.
        case securing
        case greeting(until: Instant)
        case judging(Hello)
        case up(Up)
        case ended
    }

    private struct Up: Equatable, Sendable {
        var peer: Hello
        var version: UInt16
        var heard: Instant
        var said: Instant
    }

    package let role: Role
    /// What we say of ourselves.
    package let hello: Hello
    private let timing: LinkTiming
    private let limits: LinkLimits
    private var state = State.securing
    private(set) package var queuedBytes = 0
    private(set) package var queuedFrames = 0

    package init(role: Role, hello: Hello, timing: LinkTiming, limits: LinkLimits) {
        self.role = role
        self.hello = hello
        self.timing = timing
        self.limits = limits
    }

    package var isUp: Bool {
        if case .up = state { true } else { false }
    }

    package var hasEnded: Bool { state == .ended }

    /// The version that both speak, while it is up.
    package var version: UInt16? {
        if case .up(let up) = state { up.version } else { nil }
    }

    /// When to `tick`.
    package var deadline: Instant {
        switch state {
        case .securing, .judging, .ended: .never
        case .greeting(let until): until
        case .up(let up):
            min(
                up.said.advanced(by: timing.pingInterval),
                up.heard.advanced(by: timing.silenceMax))
        }
    }
}

// MARK: - Greeting

extension LinkMachine {
    /// The TLS handshake is done.
    package mutating func secured(now: Instant) -> Effect {
        guard state == .securing else { return .nothing }
        state = .greeting(until: now.advanced(by: timing.helloMax))
        // Who dialled speaks first; the answer is the acceptance.
        return role == .accepted ? .nothing : .sayHello
    }

    /// After `greeted`.
    package mutating func accept(now: Instant) -> Effect {
        guard case .judging(let peer) = state,
            let version = hello.protocols.common(with: peer.protocols)
        else { return .nothing }
        state = .up(Up(peer: peer, version: version, heard: now, said: now))
        return .up(peer, sayHello: role == .accepted)
    }

    /// After `greeted`, or at any time for a reason of ours.
    package mutating func refuse(_ ending: LinkEnding) -> Effect {
        guard state != .ended else { return .nothing }
        state = .ended
        return .end(ending)
    }

    private mutating func greet(_ payload: RawSpan) -> Effect {
        let peer: Hello
        do throws(WireError) {
            var reader = WireReader(payload)
            peer = try Hello(from: &reader)
        } catch {
            return refuse(.malformed("hello: \(error)"))
        }
        if let objection = objection(to: peer) {
            state = .ended
            // The other end is to see our range too: its log line names both.
            return .end(objection, sayHello: role == .accepted)
        }
        state = .judging(peer)
        return .greeted(peer)
    }

    private func objection(to peer: Hello) -> LinkEnding? {
        guard hello.protocols.common(with: peer.protocols) != nil else {
            return .versions(ours: hello.protocols, theirs: peer.protocols)
        }
        guard peer.cluster == hello.cluster else { return .cluster(peer.cluster) }
        guard peer.node != hello.node else { return .ourselves }
        if case .dialled(let node) = role, node != peer.node { return .wrongNode(peer.name) }
        return nil
    }
}

// MARK: - Frames

extension LinkMachine {
    /// A whole frame has come.
    package mutating func received(
        _ type: FrameType, payload: RawSpan, now: Instant
    ) -> Effect {
        switch state {
        case .securing, .judging, .ended: return .nothing
        case .greeting:
            switch type {
            case .hello: return greet(payload)
            case .goodbye: return told(payload)
            default: return refuse(.malformed("frame \(type.rawValue) before the hello"))
            }
        case .up(var up):
            up.heard = now
            state = .up(up)
            if type.isFree { return .deliver }
            switch type {
            case .ping, .pong: return .nothing
            case .goodbye: return told(payload)
            default: return refuse(.malformed("frame \(type.rawValue)"))
            }
        }
    }

    private mutating func told(_ payload: RawSpan) -> Effect {
        let code = payload.isEmpty ? 0 : payload.unsafeLoad(as: UInt8.self)
        return refuse(.told(Goodbye(rawValue: code)))
    }

    /// A frame of this size is to be sent.
    ///
    /// - Returns: `nothing`, or the link's end: no frame is ever lost without one.
    package mutating func queued(bytes: Int, now: Instant) -> Effect {
        guard isUp else { return .nothing }
        queuedBytes += bytes
        queuedFrames += 1
        guard queuedBytes <= limits.queueBytesMax, queuedFrames <= limits.queueFramesMax else {
            return refuse(.overflow)
        }
        return said(.nothing, now: now)
    }

    /// The socket has taken them.
    package mutating func written(bytes: Int, frames: Int) {
        queuedBytes -= bytes
        queuedFrames -= frames
    }

    private mutating func said(_ effect: Effect, now: Instant) -> Effect {
        if case .up(var up) = state {
            up.said = now
            state = .up(up)
        }
        return effect
    }
}

// MARK: - Time

extension LinkMachine {
    package mutating func tick(now: Instant) -> Effect {
        switch state {
        case .securing, .judging, .ended: return .nothing
        case .greeting(let until): return until <= now ? refuse(.noHello) : .nothing
        case .up(var up):
            // A loop that did not run has heard nothing either; what came meanwhile waits unread.
            if deadline.advanced(by: timing.lateness) < now {
                let grace = timing.silenceMax - timing.pingInterval
                up.heard = max(
                    up.heard, Instant(nanoseconds: now.nanoseconds - grace.nanoseconds))
                state = .up(up)
            }
            guard now < up.heard.advanced(by: timing.silenceMax) else { return refuse(.silent) }
            guard up.said.advanced(by: timing.pingInterval) <= now else { return .nothing }
            return said(.ping, now: now)
        }
    }

    /// The shell is awake, perhaps for other links: a ping that is half due goes out with theirs, so
    /// that links which say nothing else come into step, and all need one wake-up.
    package mutating func pingAlong(now: Instant) -> Effect {
        guard case .up(let up) = state, up.said.advanced(by: timing.pingInterval / 2) <= now else {
            return .nothing
        }
        return said(.ping, now: now)
    }
}
