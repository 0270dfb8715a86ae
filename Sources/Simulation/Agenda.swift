internal import Gossip
internal import HeapModule

/// What is to happen, in the order of time; of two things at one time, the one added first.
struct Agenda<Payload> {
    private struct Key: Comparable {
        let at: Instant
        let order: UInt64
        let slot: Int

        static func < (one: Key, other: Key) -> Bool {
            (one.at, one.order) < (other.at, other.order)
        }
    }

    // Payloads stay where they are while their small keys move through the heap.
    private var heap = Heap<Key>()
    private var slots: [Payload?] = []
    private var free: [Int] = []
    private var order: UInt64 = 0

    var next: Instant? { heap.min?.at }
    var count: Int { heap.count }

    mutating func add(_ payload: Payload, at: Instant) {
        order += 1
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(payload) } else { slots[slot] = payload }
        heap.insert(Key(at: at, order: order, slot: slot))
    }

    mutating func popFirst() -> Payload? {
        guard let key = heap.popMin() else { return nil }
        free.append(key.slot)
        return slots[key.slot].take()
    }
}
