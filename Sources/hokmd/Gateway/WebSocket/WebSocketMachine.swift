package import Gossip

/// One WebSocket connection after its handshake, without its bytes: what to do with each frame, when
/// to ping, and how it comes to an end (RFC 6455 sections 5.5 and 7).
package struct WebSocketMachine: Equatable {
    package enum Effect: Equatable {
        case nothing
        /// Hand the message to the session.
        case deliver
        /// Answer with a Pong that repeats the Ping's payload.
        case pong
        case ping
        /// Send Close and go on reading until the client's comes.
        case sendClose(CloseCode?)
        /// Send Close, then nothing more: shut this direction down and pass over what comes.
        case sendLastClose(CloseCode?)
        /// Shut this direction down; Close has been sent already.
        case shutDown
        /// Let the transport go at once.
        case drop
    }

    /// Why no more messages come.
    package enum Ending: Equatable, Sendable {
        case closedByClient(CloseCode?)
        case closedHere(CloseCode)
        /// The client broke the protocol or a limit, and was told this.
        case failed(CloseCode)
        /// Nothing came for the time that `Limits` grants, not even a Pong.
        case silent
        /// The transport ended without a Close.
        case lost
    }

    package struct Timing: Equatable, Sendable {
        package var pingInterval: Duration
        package var silenceMax: Duration
        package var closeTimeMax: Duration

        package init(pingInterval: Duration, silenceMax: Duration, closeTimeMax: Duration) {
            self.pingInterval = pingInterval
            self.silenceMax = silenceMax
            self.closeTimeMax = closeTimeMax
        }
    }

    private enum State: Equatable {
        case open(nextPing: Instant, heard: Instant)
        /// Our Close is out, the client's is awaited.
        case closing(Ending, until: Instant)
        /// Both are out, or the client's frames mean nothing any more. We wait for the end of its
        /// bytes so that no reset overtakes our Close (RFC 6455 section 7.1.1).
        case draining(Ending, until: Instant)
        case closed(Ending)
    }

    private let timing: Timing
    private var state: State

    package init(timing: Timing, now: Instant) {
        self.timing = timing
        state = .open(nextPing: now.advanced(by: timing.pingInterval), heard: now)
    }

    package var isOpen: Bool { ending == nil }

    /// Whether nothing more is to be sent, and the transport still there.
    package var isDraining: Bool {
        if case .draining = state { true } else { false }
    }

    /// Whether the transport is done with too.
    package var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    package var ending: Ending? {
        switch state {
        case .open: nil
        case .closing(let ending, _), .draining(let ending, _), .closed(let ending): ending
        }
    }

    /// When `tick` has something to do.
    package var deadline: Instant {
        switch state {
        case .open(let nextPing, let heard): min(nextPing, heard.advanced(by: timing.silenceMax))
        case .closing(_, let until), .draining(_, let until): until
        case .closed: .never
        }
    }

    /// Bytes came, whatever they are.
    package mutating func heard(now: Instant) {
        guard case .open(let nextPing, _) = state else { return }
        state = .open(nextPing: nextPing, heard: now)
    }

    package mutating func received(_ frame: Frame, now: Instant) -> Effect {
        let until = now.advanced(by: timing.closeTimeMax)
        switch (state, frame) {
        case (.open, .message): return .deliver
        case (.open, .ping): return .pong
        case (.open, .pong): return .nothing
        case (.open, .close(let code)):
            state = .draining(.closedByClient(code), until: until)
            return .sendLastClose(code)
        case (.open, .fail(let code)):
            state = .draining(.failed(code), until: until)
            return .sendLastClose(code)
        case (.closing(let ending, _), .close), (.closing(let ending, _), .fail):
            state = .draining(ending, until: until)
            return .shutDown
        case (.closing, _), (.draining, _), (.closed, _):
            return .nothing
        }
    }

    /// Ends it from this side; without effect where it is ending already.
    package mutating func close(_ code: CloseCode, now: Instant) -> Effect {
        guard case .open = state else { return .nothing }
        state = .closing(.closedHere(code), until: now.advanced(by: timing.closeTimeMax))
        return .sendClose(code)
    }

    package mutating func tick(now: Instant) -> Effect {
        switch state {
        case .open(let nextPing, let heard):
            guard now < heard.advanced(by: timing.silenceMax) else {
                state = .closed(.silent)
                return .drop
            }
            guard now >= nextPing else { return .nothing }
            state = .open(nextPing: now.advanced(by: timing.pingInterval), heard: heard)
            return .ping
        case .closing(let ending, let until), .draining(let ending, let until):
            guard now >= until else { return .nothing }
            state = .closed(ending)
            return .drop
        case .closed:
            return .nothing
        }
    }

    package mutating func transportEnded() {
        state = .closed(ending ?? .lost)
    }
}
