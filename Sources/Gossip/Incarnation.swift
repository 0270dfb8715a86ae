/// The age of what is known of a member: which of its lives, and which word of that life.
///
/// Only the member itself makes a greater one. A restart draws a new, greater `instance`, so that
/// nothing said of the former life can shadow the new one (SWIM, section 4.2, has the counter only).
package struct Incarnation: Hashable, Comparable, Sendable {
    /// The life: wall-clock microseconds at its start, raised above any that others remember.
    package var instance: UInt64
    /// Raised each time the member refutes a suspicion or changes its metadata or address.
    package var counter: UInt32

    package init(instance: UInt64, counter: UInt32 = 0) {
        self.instance = instance
        self.counter = counter
    }

    package static func < (one: Incarnation, other: Incarnation) -> Bool {
        (one.instance, one.counter) < (other.instance, other.counter)
    }
}
