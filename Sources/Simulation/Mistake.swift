/// Deliberate mistakes of the simulator's shell, each of which breaks what one check watches over.
/// They stand here, not in the product: the machines know nothing of them.
package enum Mistake: String, CaseIterable, Sendable {
    case none
    /// A voter says yes to everything and remembers no promise.
    case voteTwice
    /// A voter answers before its promise is on its disk, and never writes it.
    case promiseUnwritten
    /// A node is handed a next view whose voters have nothing to do with those before.
    case forgeVoters
    /// A member raises another's incarnation.
    case forgeIncarnation
    /// A node forgets that a member has failed.
    case rollBack
    /// A leaving node stops without saying good-bye, and claims that everyone has heard it.
    case leaveUnsaid
    /// The shell sends what it has only now and then.
    case neverDrain
    /// A packet goes to an address that nobody ever named.
    case strayAddress
    /// Each packet is sent twice.
    case answerTwice
    /// One node's views hear nothing.
    case deafViews
    /// A node tells its views of one member only that it is gone.
    case hideMember
    /// No fault is injected.
    case idle
}
