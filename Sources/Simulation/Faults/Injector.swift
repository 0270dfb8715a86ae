package import Gossip

/// Does the faults of a plan to a world, one after the other, and ends them again.
package struct Injector {
    private enum Undo {
        case mend(Int)
        case letSend(Int)
        case restart(Int)
        case repairDisk(Int)
    }

    private let plan: FaultPlan
    private let kinds: [FaultKind]
    private var random: Randomness
    private var undos: [(at: Instant, undo: Undo)] = []
    private var next: Instant
    private var keys = KeyRotation()
    /// How often each fault was done.
    package private(set) var done: [FaultKind: Int] = [:]

    package init(_ plan: FaultPlan, now: Instant, using random: inout Randomness) {
        self.plan = plan
        kinds = plan.kinds.filter { !$0.isCondition }
        self.random = Randomness(seed: random.next())
        next = now.advanced(by: self.random.duration(in: plan.interval))
    }

    /// When it next wants to act.
    package var nextDeadline: Instant { undos.map(\.at).reduce(next, min) }

    package mutating func act(on world: inout World) {
        let now = world.now
        let due = undos.filter { $0.at <= now }
        undos.removeAll { $0.at <= now }
        for entry in due { take(back: entry.undo, in: &world) }
        guard now >= next else { return }
        next = now.advanced(by: random.duration(in: plan.interval))
        guard let kind = kinds.randomElement(using: &random) else { return }
        let wasDone =
            switch kind {
            case .join, .drain, .leave, .keyChange, .announcement: order(kind, in: &world)
            default: strike(kind, in: &world)
            }
        if wasDone { done[kind, default: 0] += 1 }
    }

    /// Ends everything; what is down starts again.
    package mutating func calm(_ world: inout World) {
        world.network.conditions = Conditions()
        world.network.mendAll()
        undos = []
        for index in world.nodes.indices {
            world.nodes[index].cannotSend = false
            world.nodes[index].clock.drift(partsPerMillion: 0, at: world.now)
            // A node whose disk failed votes no more until it is started anew.
            if world.nodes[index].disk.isBroken { world.crash(index) }
            world.nodes[index].disk.isBroken = false
            world.nodes[index].disk.delay = .microseconds(200)...(.milliseconds(3))
        }
        for index in world.nodes.indices
        where !world.nodes[index].isAlive && !world.nodes[index].hasGone {
            world.start(index)
        }
    }

    /// Takes away some nodes for good, as many as the cluster can do without.
    package mutating func bury(in world: inout World) {
        for index in world.nodes.indices where random.chance(0.2) {
            // Those that are down stay so.
            let down = world.nodes.indices.filter { !world.nodes[$0].isAlive }
            if world.nodes[index].isUp, world.canLose(down + [index], isForGood: true) {
                world.crash(index, isHostUp: random.chance(0.5))
            }
        }
    }

    private mutating func after(_ wait: ClosedRange<Int>, _ undo: Undo, in world: World) {
        let wait = Duration.milliseconds(random.pick(wait))
        undos.append((world.now.advanced(by: wait), undo))
    }

    private mutating func take(back undo: Undo, in world: inout World) {
        switch undo {
        case .mend(let id): world.network.mend(id)
        case .letSend(let index): world.nodes[index].cannotSend = false
        case .restart(let index):
            guard !world.nodes[index].isAlive, !world.nodes[index].hasGone else { return }
            world.start(index)
        case .repairDisk(let index):
            world.nodes[index].disk.isBroken = false
            world.nodes[index].disk.delay = .microseconds(200)...(.milliseconds(3))
            // Only a new life trusts its disk again.
            world.crash(index)
            after(100...3_000, .restart(index), in: world)
        }
    }

    private mutating func anyone(in world: World) -> Int? {
        world.nodes.filter(\.isUp).map(\.index).randomElement(using: &random)
    }

    private mutating func cut(_ partition: Partition, in world: inout World) {
        let id = world.cut(partition)
        after(100...15_000, .mend(id), in: world)
    }

    private mutating func half(of world: World) -> [Bool] {
        world.nodes.map { _ in random.chance(0.5) }
    }

    /// Whether the fault was done: some cannot be, at some moments.
    private mutating func strike(_ kind: FaultKind, in world: inout World) -> Bool {
        guard let index = anyone(in: world) else { return false }
        let isOften = random.chance(0.3)
        switch kind {
        case .oneWayCut: cut(.oneWay(half(of: world)), in: &world)
        case .split: cut(.split(half(of: world)), in: &world)
        case .isolation: cut(.isolated(index), in: &world)
        case .deafness: cut(isOften ? .dumb(index) : .deaf(index), in: &world)
        case .pairCut:
            guard let other = anyone(in: world), other != index else { return false }
            cut(.between(index, other), in: &world)
        case .linkBreak: return world.breakLink()
        case .sendErrors:
            world.nodes[index].cannotSend = true
            after(50...5_000, .letSend(index), in: world)
        case .crash, .hostCrash, .move:
            world.crash(index, isHostUp: kind != .hostCrash)
            if kind == .move { world.move(index) }
            after(isOften ? 10...300 : 300...20_000, .restart(index), in: world)
        case .diskLoss:
            guard world.canLose([index], isForGood: false) else { return false }
            world.crash(index)
            world.loseDisk(index)
            after(100...10_000, .restart(index), in: world)
        case .pause: world.pause(index, for: .milliseconds(random.pick(300...12_000)))
        case .stall: world.pause(index, for: .milliseconds(random.pick(20...400)))
        case .clockJump:
            world.nodes[index].clock.jump(
                by: .milliseconds(random.pick(50...20_000)), at: world.now)
            world.run(for: .zero)
            world.poke(index)
        case .clockDrift:
            world.nodes[index].clock.drift(
                partsPerMillion: Int64(random.pick(-50_000...50_000)), at: world.now)
            world.poke(index)
        case .wallClockBack:
            world.nodes[index].clock.wallError -= .milliseconds(random.pick(1...60_000))
            world.crash(index)
            after(100...8_000, .restart(index), in: world)
        case .brokenDisk:
            guard world.canLose([index], isForGood: false) else { return false }
            world.nodes[index].disk.isBroken = true
            after(500...8_000, .repairDisk(index), in: world)
        case .slowDisk:
            world.nodes[index].disk.delay = .milliseconds(50)...(.milliseconds(1_500))
        default: return false
        }
        return true
    }

    private mutating func order(_ kind: FaultKind, in world: inout World) -> Bool {
        switch kind {
        case .join:
            guard world.nodes.count < 60, world.viewCheck.latest != nil else { return false }
            world.start(world.addNode(founders: 0))
            return true
        case .drain, .leave:
            guard let index = anyone(in: world), world.nodes[index].course == .staying,
                world.nodes.count(where: { $0.course == .staying }) > 3,
                kind == .drain || world.decidesNothing(index)
            else { return false }
            if kind == .drain { world.drain(index) } else { world.leave(index) }
            return true
        case .keyChange:
            guard let index = anyone(in: world) else { return false }
            return keys.step(in: &world, at: index, using: &random)
        case .announcement:
            guard let index = anyone(in: world) else { return false }
            let count = random.pick(1...Limits.announcementBytesMax)
            world.announce([UInt8](repeating: 7, count: count), at: index)
            return true
        default: return false
        }
    }
}
