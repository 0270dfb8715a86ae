/// A bounded queue that keeps its storage, so that a steady flow allocates nothing.
struct Ring<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }

    /// False, and nothing done, if the queue is full.
    mutating func append(_ element: Element) -> Bool {
        guard count < limit else { return false }
        if head > limit {
            elements.removeFirst(head)
            head = 0
        }
        elements.append(element)
        return true
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        }
        return element
    }
}
