/// The times that views run by.
package struct ViewTiming: Sendable {
    /// A member is removed only after it was silent for so long, however it was found failed.
    package var silence: Duration = .seconds(1)
    /// The same for one whose own machine has told this node that the process is no more.
    package var refusal: Duration = .milliseconds(200)
    /// Who is in the view and unknown to gossip for so long is gone: nobody there remembers it.
    package var absence: Duration = .seconds(10)
    /// A view that removes nobody waits this long, so that those who come together are taken in
    /// together.
    package var settling: Duration = .milliseconds(100)
    /// The lowest voter proposes at once, the next after this, the third after twice this, …
    package var stagger: Duration = .milliseconds(500)
    /// Between requests to voters that have not answered.
    package var resend: Duration = .milliseconds(250)
    /// Before those who disagree are asked again, since they may only have been slower to see what we
    /// see: this long at first, then twice as long each time, up to `resend`.
    package var doubt: Duration = .milliseconds(25)
    /// Before another attempt, after one was outbid: drawn from 1–4 times this.
    package var backoff: Duration = .milliseconds(100)
    /// Between telling one random member what number we are at; and while we have no view at all.
    package var gossip: Duration = .seconds(1)
    package var gossipJoining: Duration = .milliseconds(200)

    package init() {}
}
