/// The state of a member in one node's eyes. The order is that of precedence: of two claims with
/// one incarnation, the greater wins.
package enum MemberStatus: UInt8, Sendable, Comparable, CaseIterable {
    case alive = 0
    /// It missed probes; it has some time left to refute that.
    case suspect = 1
    /// Nobody could reach it in that time. It comes back only by its own newer word.
    case failed = 2
    /// It said good-bye. That never becomes a failure.
    case left = 3

    /// Whether the member counts as part of the running cluster.
    package var isPresent: Bool { self <= .suspect }

    package static func < (one: MemberStatus, other: MemberStatus) -> Bool {
        one.rawValue < other.rawValue
    }
}
