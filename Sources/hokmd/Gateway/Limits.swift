/// Every bound of the player port.
package struct Limits: Sendable {
    /// Seconds for a request's head to arrive, from the connection's start or the answer before.
    /// Long enough for a phone on a bad network, short enough that slow heads hold no socket.
    package var requestHeadTimeMax = Duration.seconds(5)
    /// Bytes of a request's head. Ours need 300, a browser with somebody's cookies a few thousand.
    package var requestHeadBytesMax = 8192
    /// Bytes of one message of the game: the longest that has a meaning is under 1 KiB.
    package var gameMessageBytesMax = 4096
    /// Bytes of one message of the echo: what conformance suites send at most.
    package var echoMessageBytesMax = 16 << 20
    /// Bytes that may wait for a slow reader: about 300 events, more than a hand has.
    package var waitingBytesMax = 64 << 10
    /// Time between two Pings. Shorter than the idle times of proxies and of NAT (30 s and up).
    package var pingInterval = Duration.seconds(20)
    /// Time without a byte from a client after which it is gone: three Pings unanswered.
    package var silenceMax = Duration.seconds(60)
    /// Time for a client to answer Close, and then for its bytes to end. With both taken in full
    /// and a spread of a second, a stop stays within the 5 s that it may last.
    package var closeTimeMax = Duration.milliseconds(1500)
    /// How long a player is held whose room cannot be reached: longer than any failover, shorter
    /// than a person's patience.
    package var holdTimeMax = Duration.seconds(30)
    /// Connections at once. Each costs a descriptor and 10 to 20 KiB.
    package var connectionsMax = 20_000
    /// Connections at once from one IPv4 address or one IPv6 /64: a household or a café, not an
    /// attack. Behind a proxy all have its address: then this must be raised.
    package var connectionsPerAddressMax = 256
    /// Whether loopback counts as an address. It stands for a proxy on this machine, or for tests.
    package var countsLoopback = false
    /// Networks of proxies whose word on the client's address counts: a PROXY header in front of its
    /// bytes, or `X-Forwarded-For`.
    package var proxies: [AddressNetwork] = []
    /// Connections beyond `connectionsMax` that may wait for a polite refusal; the others are shut.
    package var refusalsMax = 256
    /// Bytes that the kernel is asked for in one read. Messages are around 100 bytes; a connection
    /// holds one such buffer for its life.
    package var receiveBufferBytes = 2048
    /// How often a loop looks at its connections' deadlines: the precision of all the times here.
    package var tickInterval = Duration.milliseconds(100)

    package init() {}
}
