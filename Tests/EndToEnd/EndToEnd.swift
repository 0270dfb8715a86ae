import Testing

/// Tests against the real program: processes, sockets, the clock on the wall. One after the other,
/// since some measure time or memory.
@Suite(.serialized) struct EndToEnd {}

extension Tag {
    /// Takes seconds.
    @Tag static var slow: Self
}
