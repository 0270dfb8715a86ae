/// Counts what the gossip machines ask of the heap, in calls that report nothing new.
package struct AllocationMeter {
    package enum Call: Int, CaseIterable {
        case advance, receive, send
    }

    /// How often this thread has allocated; whoever measures says how to know.
    private let count: () -> Int
    package private(set) var calls = [Int](repeating: 0, count: Call.allCases.count)
    package private(set) var allocations = [Int](repeating: 0, count: Call.allCases.count)

    package init(count: @escaping () -> Int) {
        self.count = count
    }

    var now: Int { count() }

    mutating func note(_ call: Call, since before: Int) {
        let taken = count() - before
        calls[call.rawValue] += 1
        allocations[call.rawValue] += taken
    }
}
