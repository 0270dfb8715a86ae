/// The least instances that a scaler could have paid for had it known the future: enough at each
/// tick, each launched exactly its start time before it was needed and gone right after.
enum Clairvoyant {
    /// - Parameter startTicks: from launch to ready.
    static func instances(
        load: [Double], capacity: Double, limits: InstanceLimits, startTicks: Int
    ) -> [Int] {
        let needed = load.map {
            min(max(Int(($0 / capacity).rounded(.up)), limits.min), limits.max)
        }
        // The largest need of the ticks from each to a start time later, from the end: indexes of
        // falling needs, the largest first.
        var paid = needed
        var ahead: [Int] = []
        var first = 0
        for tick in needed.indices.reversed() {
            while ahead.count > first, needed[ahead[ahead.count - 1]] <= needed[tick] {
                ahead.removeLast()
            }
            ahead.append(tick)
            while ahead[first] > tick + startTicks { first += 1 }
            paid[tick] = needed[ahead[first]]
        }
        return paid
    }
}
