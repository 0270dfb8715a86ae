/// The times that links run by.
package struct LinkTiming: Equatable, Sendable {
    /// A link on which we said nothing for so long says a ping. Both ends do, so a ping needs no
    /// answer.
    package var pingInterval: Duration = .milliseconds(200)
    /// A link on which nothing came for so long is broken: three pings.
    package var silenceMax: Duration = .milliseconds(600)
    /// For TCP, for TLS and for the hello.
    package var connectMax: Duration = .seconds(1)
    package var handshakeMax: Duration = .seconds(2)
    package var helloMax: Duration = .seconds(1)
    /// Before another attempt: the first wait, doubled each time up to the second; of each, a random
    /// part of at least half.
    package var retryMin: Duration = .milliseconds(10)
    package var retryMax: Duration = .seconds(1)
    /// A link that was up for so long counts as one that works: the next attempt is a first one.
    package var steady: Duration = .seconds(1)
    /// Between looks at the deadlines, at least.
    package var tick: Duration = .milliseconds(10)
    /// Later than this after its deadline, a loop takes it that it was not running.
    package var lateness: Duration = .milliseconds(100)
    /// For the last frames of a link that we end in good order.
    package var lingerMax: Duration = .milliseconds(500)

    package init() {}
}

/// Every bound of links but their times.
package struct LinkLimits: Equatable, Sendable {
    /// Bytes of a frame's payload: above it a peer is not believed.
    package var frameBytesMax = 1 << 20
    /// What `frameBytesMax` may be raised to.
    package static let frameBytesCeiling = 16 << 20
    /// Bytes and frames that a link has taken and its socket has not: what a fast network carries in
    /// `LinkTiming.silenceMax`. Beyond either the link breaks, so that both ends know.
    package var queueBytesMax = 16 << 20
    package var queueFramesMax = 1 << 17
    /// Links and handshakes that came to us, at one time: four loops of 200 balancers.
    package var acceptedMax = 1_024
    /// Of these, those that have not proven yet that they know the key.
    package var handshakesMax = 128

    package init() {}
}
