package import Gossip

// Nodes start, stop, sleep, drain and leave.
extension World {
    /// A node that is not started yet. `founders` as in `ViewMachine.Configuration`.
    package mutating func addNode(
        founders: Int, modes: Metadata.Modes = .all, zone: String? = nil, name: String? = nil
    ) -> Int {
        let index = nodes.count
        let name = name ?? "n\(index)"
        let address = World.address(index, life: 0)
        var clock = SimulatedClock(
            showing: Instant(
                nanoseconds: 1_000_000_000 + Int64(random.next() % 1_000_000_000_000)), at: now)
        clock.wallError = random.duration(in: .milliseconds(-50)...(.milliseconds(50)))
        let disk = SimulatedDisk(id: random.next() | 1)
        guard let key = Key(bytes: World.keyBytes) else { preconditionFailure("a key of 32 bytes") }
        let keyring = Keyring(primary: key)
        let swim = SWIM(
            Configuration(
                name: name, cluster: "sim", address: address, instance: 1, keyring: keyring),
            generator: Randomness(seed: 0), now: .origin)
        let id = NodeID(name: name)
        nodes.append(
            SimulatedNode(
                index: index, name: name, id: id, modes: modes, zone: zone ?? "z\(index % 3)",
                address: address, swim: swim,
                views: ViewMachine(
                    ViewMachine.Configuration(id: id, founders: 0),
                    stored: Promises(disk: disk.id), now: .origin),
                clock: clock, disk: disk, keyring: keyring, founders: founders,
                generator: Randomness(seed: random.next())))
        indexOf[id] = index
        return index
    }

    /// Takes a node's machines away, to see how much they held.
    mutating func emptyMachines(of index: Int) {
        var other = World(seed: 0)
        let fresh = other.addNode(founders: 0)
        nodes[index].swim = other.nodes[fresh].swim
        nodes[index].views = other.nodes[fresh].views
    }

    static func address(_ index: Int, life: Int) -> Address {
        Address(ipv4: 0x0A00_0000 | UInt32(life & 0xFF) << 16 | UInt32(index + 1), port: 7_946)
    }

    /// What the seeds' name resolves to: the first three nodes that are meant to stay.
    private var seeds: [Address] {
        nodes.lazy.filter { $0.course == .staying }.prefix(3).map(\.address)
    }

    /// Starts a node's next life.
    package mutating func start(_ index: Int) {
        precondition(!nodes[index].isAlive, "a node starts once")
        nodes[index].life += 1
        nodes[index].state = .up
        nodes[index].course = .staying
        nodes[index].isolated = false
        nodes[index].spins = 0
        let node = nodes[index]
        nodeAt[node.address] = index
        trafficCheck.knows(node.address)
        gossipCheck.begin(index, id: node.id)
        let stored = node.disk.stored ?? Promises(disk: node.disk.id)
        var configuration = Configuration(
            name: node.name, cluster: "sim", address: node.address,
            instance: instance(of: index),
            metadata: Metadata(
                modes: node.modes, state: .joining, capacity: 100, linkPort: 7_947,
                zone: node.zone, version: "0", disk: node.disk.id),
            keyring: node.keyring)
        configuration.timing = timing
        let local = local(index)
        nodes[index].swim = SWIM(
            configuration, generator: Randomness(seed: random.next()), now: local)
        nodes[index].views = ViewMachine(
            ViewMachine.Configuration(id: node.id, founders: node.founders), stored: stored,
            now: local)
        nodes[index].actors = makeActors(index)
        nodes[index].toldOwn = nil
        nodes[index].toldHeard = [:]
        nodes[index].waiting = []
        nodes[index].wakeAt = .never
        trace.say(now, "n\(index) starts life \(node.life) at \(node.address)")
        tellActors(index, .start(own: nodes[index].swim.own))
        tellActors(index, .keyring(node.keyring))
        tell(index, .start)
        settle(index)
    }

    /// Ends a node's life without a word. Of writes under way some take place.
    package mutating func crash(_ index: Int, isHostUp: Bool = true) {
        guard nodes[index].isAlive else { return }
        trace.say(now, "n\(index) crashes")
        end(index, isHostUp: isHostUp)
    }

    mutating func end(_ index: Int, isHostUp: Bool) {
        nodes[index].disk.crash(keeping: random.pick(0...nodes[index].disk.pendingCount))
        nodes[index].state = .down(isHostUp: isHostUp)
        nodes[index].inbox = []
        nodes[index].inboxBytes = 0
        nodes[index].actors = []
        endOutside(index, isHostUp: isHostUp)
        breakLinks(of: index, isHostUp: isHostUp)
    }

    /// What a node that is down comes back with: an empty disk, another address.
    package mutating func loseDisk(_ index: Int) {
        precondition(!nodes[index].isAlive, "only of a node that is down")
        nodes[index].disk.replace(id: random.next() | 1)
        // Whoever comes back without its disk joins; it founds nothing.
        nodes[index].founders = 0
        viewCheck.lostDisk(index)
    }

    package mutating func move(_ index: Int) {
        precondition(!nodes[index].isAlive, "only of a node that is down")
        nodeAt[nodes[index].address] = nil
        nodes[index].address = World.address(index, life: nodes[index].life + 1)
        trafficCheck.knows(nodes[index].address)
    }

    /// Stops a node's process for a while.
    package mutating func pause(_ index: Int, for duration: Duration) {
        guard nodes[index].isUp else { return }
        trace.say(now, "n\(index) is paused for \(duration)")
        nodes[index].state = .paused
        lookForSilence()
        agenda.add(
            .resume(index, life: nodes[index].life), at: now.advanced(by: duration))
    }

    mutating func resume(_ index: Int) {
        trace.say(now, "n\(index) goes on")
        nodes[index].state = .up
        nodes[index].wakeAt = .never
        let waiting = nodes[index].inbox
        nodes[index].inbox = []
        nodes[index].inboxBytes = 0
        // Which of its timers and its sockets an event loop looks at first is not said.
        let timersFirst = random.chance(0.5)
        if timersFirst { wake(index) }
        replay(waiting)
        if !timersFirst, nodes[index].isUp { wake(index) }
    }

    /// The wall clock names a life; where there are actors, as in the product, after the last one
    /// that the disk knows.
    private mutating func instance(of index: Int) -> UInt64 {
        let wall = nodes[index].clock.wallMicroseconds(at: now)
        guard actorsSayReady else { return wall }
        nodes[index].disk.instance = max(wall, nodes[index].disk.instance + 1)
        return nodes[index].disk.instance
    }

    // MARK: On purpose

    /// Asks a node to leave: it drains, hands its vote over, says good-bye and stops.
    package mutating func drain(_ index: Int) {
        guard nodes[index].isUp, nodes[index].course == .staying else { return }
        trace.say(now, "n\(index) drains")
        nodes[index].course = .draining
        setState(.draining, at: index)
        departSoon(index)
    }

    /// Goes once it decides nothing any more; looks again in a while.
    mutating func departSoon(_ index: Int) {
        agenda.add(
            .depart(index, life: nodes[index].life), at: now.advanced(by: .milliseconds(500)))
    }

    /// Says good-bye at once.
    package mutating func leave(_ index: Int) {
        guard nodes[index].isUp else { return }
        trace.say(now, "n\(index) leaves")
        sayGoodbye(index)
    }

    mutating func sayGoodbye(_ index: Int) {
        nodes[index].course = .leaving
        let present = nodes[index].swim.table.entries.dropFirst()
            .filter { $0.member.status.isPresent }.map(\.member.id)
        nodes[index].partners = [:]
        for id in present { nodes[index].partners[id] = life(of: id) }
        guard mistake != .leaveUnsaid else {
            gossipCheck.departed(nodes[index].swim.own, heardBy: Set(present))
            agenda.add(.stop(index, life: nodes[index].life), at: now)
            return
        }
        nodes[index].swim.leave(now: local(index))
        settle(index)
    }

    mutating func hasLeft(_ index: Int, missing: [NodeID]) {
        guard nodes[index].course == .leaving else { return }
        nodes[index].course = .departed
        // Of those that it held failed meanwhile it has waited for no answer; and what was said to a
        // life that is over, the next one does not know.
        let table = nodes[index].swim.table
        let heardBy = nodes[index].partners.filter { id, life in
            !missing.contains(id) && table[id]?.member.status.isPresent ?? false
                && life == self.life(of: id)
        }
        gossipCheck.departed(nodes[index].swim.own, heardBy: Set(heardBy.keys))
        let life = nodes[index].life
        agenda.add(.stop(index, life: life), at: now.advanced(by: .milliseconds(100)))
    }

    private func life(of id: NodeID) -> Int? { indexOf[id].map { nodes[$0].life } }

    mutating func setState(_ state: Metadata.State, at index: Int) {
        var metadata = nodes[index].swim.own.metadata
        guard metadata.state != state else { return }
        metadata.state = state
        nodes[index].swim.update(metadata, now: local(index))
        settle(index)
    }

    mutating func meetSeeds(_ index: Int) {
        nodes[index].swim.meet(seeds, now: local(index))
    }

    /// A change of keys that an operator asks this node for.
    package mutating func change(_ order: KeyOrder, at index: Int) -> Bool {
        guard nodes[index].isUp else { return false }
        do throws(KeyRefusal) {
            try nodes[index].swim.change(order, now: local(index))
        } catch {
            return false
        }
        settle(index)
        return true
    }

    /// The operator's word, at one node, that another's present life is over.
    package mutating func dismiss(_ subject: Int, at index: Int) {
        tell(index, .dismiss(nodes[subject].id))
        settle(index)
    }

    /// Begins a new list of sightings and of views taken up.
    package mutating func forgetSightings() {
        sightings = []
        installations = []
    }

    package mutating func announce(_ bytes: [UInt8], at index: Int) {
        guard nodes[index].isUp else { return }
        nodes[index].swim.announce(bytes, now: local(index))
        settle(index)
    }
}
