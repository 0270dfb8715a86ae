import NIOCore
import NIOPosix
import Synchronization

/// Nothing came in the time that a test allows. Only a broken server is that late.
struct Timeout: Error, CustomStringConvertible {
    let what: String

    var description: String { "nothing came in time: \(what)" }
}

/// How long tests wait for what must come at once, on a machine that is busy with other things.
let patience = TimeAmount.seconds(60)

/// What event loops put in and one task takes out, in order.
final class Mailbox<Element: Sendable>: Sendable {
    private struct Contents {
        var queue: [Element] = []
        /// Index of the first element that was not taken.
        var head = 0
        var waiting: CheckedContinuation<Element?, Never>?
        /// Tells the timer of this wait from those before.
        var waits = 0

        mutating func advance() {
            head += 1
            if head == queue.count || head > 1_000 {
                queue.removeFirst(head)
                head = 0
            }
        }
    }

    private let contents = Mutex(Contents())

    func put(_ element: Element) {
        let waiting = contents.withLock { contents -> CheckedContinuation<Element?, Never>? in
            guard let waiting = contents.waiting else {
                contents.queue.append(element)
                return nil
            }
            contents.waiting = nil
            return waiting
        }
        waiting?.resume(returning: element)
    }

    /// The next element; `Timeout` when there is none in time.
    func next(within time: TimeAmount = patience, _ what: String = "") async throws -> Element {
        var timer: Scheduled<Void>?
        let element = await withCheckedContinuation { continuation in
            let (ready, wait) = contents.withLock { contents -> (Element?, Int) in
                contents.waits += 1
                guard contents.head < contents.queue.count else {
                    precondition(contents.waiting == nil, "one task takes out")
                    contents.waiting = continuation
                    return (nil, contents.waits)
                }
                defer { contents.advance() }
                return (contents.queue[contents.head], contents.waits)
            }
            if let ready { return continuation.resume(returning: ready) }
            timer = NIOSingletons.posixEventLoopGroup.next().scheduleTask(in: time) {
                self.giveUp(wait)
            }
        }
        timer?.cancel()
        guard let element else { throw Timeout(what: what) }
        return element
    }

    private func giveUp(_ wait: Int) {
        let waiting = contents.withLock { contents -> CheckedContinuation<Element?, Never>? in
            guard contents.waits == wait else { return nil }
            defer { contents.waiting = nil }
            return contents.waiting
        }
        waiting?.resume(returning: nil)
    }
}
