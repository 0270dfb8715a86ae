import Admin
import Gossip
import NIOCore
import Rooms
import YAML

/// What operators have done, at this node or through it.
extension NodeAdminSource {
    func perform(_ action: AdminAction) async throws(AdminRefusal) -> String {
        switch action {
        case .drain(let name): return try drain(try member(name ?? node.name))
        case .forget(let name): return try forget(try member(name))
        case .announce(let text): return try announce(text)
        case .addKey(let text):
            guard let key = Key(base64: text) else {
                throw AdminRefusal(.invalid, "this is no key of 32 bytes in base64")
            }
            return try await change(.add(key), "key \(Key.text(of: key.id)) is accepted")
        case .useKey(let id):
            return try await change(.use(try number(id)), "key \(id) seals from now on")
        case .removeKey(let id):
            return try await change(.remove(try number(id)), "key \(id) is removed")
        case .setLogLevel(let text):
            guard let level = LogLevel(rawValue: text) else {
                throw AdminRefusal(
                    .invalid, "\(quoted(text)) where one of \(LogLevel.placeholder) belongs")
            }
            output.level = level
            return "log level is \(level.text)"
        }
    }

    private func member(_ name: String) throws(AdminRefusal) -> ClusterMember {
        guard let member = gossip.snapshot.member(named: name) else {
            throw AdminRefusal(.notFound, "there is no member \(quoted(name))")
        }
        return member
    }

    private func drain(_ member: ClusterMember) throws(AdminRefusal) -> String {
        guard member.status.isPresent else {
            throw AdminRefusal(.conflict, "\(member.name) is \(member.status)")
        }
        guard member.modes.contains(.server) else {
            throw AdminRefusal(.unsupported, "\(member.name) hosts no rooms: stop it with SIGTERM")
        }
        let others = gossip.snapshot.view?.servers.contains {
            $0.id != member.id && $0.state == .serving
        }
        guard others ?? false else {
            throw AdminRefusal(
                .conflict,
                "\(member.name) is the only server, so its rooms have nowhere to go; SIGTERM stops it"
            )
        }
        gossip.drain(member.id)
        return "\(member.name) drains; its rooms go to other servers"
    }

    private func forget(_ member: ClusterMember) throws(AdminRefusal) -> String {
        guard member.name != node.name else {
            throw AdminRefusal(.conflict, "\(member.name) is this node, and alive")
        }
        guard !member.status.isPresent else {
            throw AdminRefusal(
                .conflict, "\(member.name) is \(member.status): drain it, or stop it")
        }
        gossip.forget(member.id)
        return "\(member.name) is forgotten"
    }

    private func announce(_ text: String) throws(AdminRefusal) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count <= Limits.announcementBytesMax else {
            throw AdminRefusal(
                .invalid, "an announcement has at most \(Limits.announcementBytesMax) bytes")
        }
        gossip.announce(bytes)
        // Gossip does not tell a node what it said itself.
        _ = node.game?.rooms?.announce(text)
        return "announced"
    }

    private func number(_ id: String) throws(AdminRefusal) -> UInt32 {
        guard id.utf8.count == 8, let number = UInt32(id, radix: 16) else {
            throw AdminRefusal(.invalid, "\(quoted(id)) where a key's id of 8 digits belongs")
        }
        return number
    }

    private func change(
        _ change: KeyChange, _ done: String
    ) async throws(AdminRefusal) -> String {
        let report: KeyReport
        do {
            report = try await gossip.change(change)
        } catch KeyRefusal.busy {
            throw AdminRefusal(.conflict, "another change of keys is under way")
        } catch KeyRefusal.refused(let outcome) {
            throw AdminRefusal(.conflict, outcome.reason)
        } catch {
            throw AdminRefusal(.unavailable, "this node is stopping")
        }
        guard !report.isComplete else { return done }
        let snapshot = gossip.snapshot
        func names(_ ids: some Sequence<NodeID>) -> String {
            ids.map { snapshot[$0]?.name ?? "\($0)" }.sorted().joined(separator: ", ")
        }
        if let refused = report.answers.values.first(where: { $0.outcome != .done }) {
            let who = names(report.answers.filter { $0.value.outcome != .done }.keys)
            throw AdminRefusal(.conflict, "\(who): \(refused.outcome.reason)")
        }
        throw AdminRefusal(.unavailable, "no answer from \(names(report.missing)); try it again")
    }
}

extension KeyAnswer.Outcome {
    fileprivate var reason: String {
        switch self {
        case .done: "done"
        case .unknownKey: "there is no such key"
        case .isPrimary: "packets are sealed with this key: use another first"
        case .full: "there are as many keys as there can be: remove one first"
        case .inUse: "the key was used within the last minute: try again later"
        case .badKey: "this is no key"
        }
    }
}
