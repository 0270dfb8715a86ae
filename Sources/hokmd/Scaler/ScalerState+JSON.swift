import JSON
import Policy

/// A state as bytes, for links and for the state directory. Times are milliseconds since 1970. What
/// a newer node added is skipped.
extension ScalerState {
    static let format = 1

    package func encode() -> [UInt8] { Array(json.description.utf8) }

    /// Nil for what is no state, or of another format, or larger than any.
    package init?(decoding bytes: [UInt8]) {
        guard bytes.count <= Limits.stateBytesMax, let json = try? JSONValue.parse(bytes) else {
            return nil
        }
        self.init(json: json)
    }

    private var json: JSONValue {
        .object([
            .init("format", .int(Int64(Self.format))),
            // Written as text: a JSON number is a double to many.
            .init("revision", .string("\(revision)")),
            .init("at", .int(at.milliseconds)),
            .init("serial", .string("\(serial)")),
            .init("engine", engine.json),
            .init("instances", .array(instances.map(\.json))),
            .init("starts", .array(starts.map { .int($0.wholeMilliseconds) })),
            .init("failedAt", failedAt.map { .int($0.milliseconds) } ?? .null),
            .init("versions", .array(versions.map(\.json))),
        ])
    }

    private init?(json: JSONValue) {
        guard json["format"]?.int == Self.format,
            let revision = json["revision"]?.string.flatMap({ UInt64($0) }),
            let serial = json["serial"]?.string.flatMap({ UInt64($0) }),
            revision < UInt64(Int64.max), serial < UInt64(Int64.max),
            let at = Moment(json: json["at"]),
            let engine = json["engine"].flatMap({ EngineState(json: $0) }),
            let instances = json["instances"]?.array, instances.count <= Limits.instancesMax,
            let starts = json["starts"]?.array, starts.count <= Limits.startsMax,
            let versions = json["versions"]?.array, versions.count <= Limits.versionsMax
        else { return nil }
        self.init(at: at, engine: engine)
        (self.revision, self.serial) = (revision, serial)
        failedAt = Moment(json: json["failedAt"])
        var names: Set<InstanceID> = []
        for value in instances {
            guard let instance = Instance(json: value), names.insert(instance.id).inserted else {
                return nil
            }
            self.instances.append(instance)
        }
        for value in starts {
            guard let start = value.int, (0...86_400_000).contains(start) else { return nil }
            self.starts.append(.milliseconds(start))
        }
        for value in versions {
            guard let version = VersionRecord(json: value) else { return nil }
            self.versions.append(version)
        }
    }
}

extension Instance {
    fileprivate var json: JSONValue {
        .object([
            .init("id", .string(id.name)), .init("phase", .string(phase.rawValue)),
            .init("since", .int(since.milliseconds)), .init("reason", .string(reason)),
            .init("launchedAt", .int(launchedAt.milliseconds)),
            .init("version", version.map(JSONValue.string) ?? .null),
            .init("isAsked", .bool(isAsked)), .init("hasJoined", .bool(hasJoined)),
            .init("wasInView", .bool(wasInView)), .init("isTold", .bool(isTold)),
            .init("isOrphan", .bool(isOrphan)),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let name = json["id"]?.string, name.utf8.count <= Limits.nameBytesMax,
            let phase = json["phase"]?.string.flatMap(Phase.init),
            let since = Moment(json: json["since"]), let reason = json["reason"]?.string,
            let launchedAt = Moment(json: json["launchedAt"]),
            let isAsked = json["isAsked"]?.bool, let hasJoined = json["hasJoined"]?.bool,
            let wasInView = json["wasInView"]?.bool, let isTold = json["isTold"]?.bool,
            let isOrphan = json["isOrphan"]?.bool
        else { return nil }
        self.init(
            id: InstanceID(name), launchedAt: launchedAt, version: json["version"]?.string,
            reason: "")
        enter(phase, at: since, reason)
        (self.isAsked, self.hasJoined) = (isAsked, hasJoined)
        (self.wasInView, self.isTold, self.isOrphan) = (wasInView, isTold, isOrphan)
    }
}

extension VersionRecord {
    fileprivate var json: JSONValue {
        .object([
            .init("version", .string(version)), .init("standing", .string(standing.rawValue)),
            .init("since", .int(since.milliseconds)),
            .init("readySince", readySince.map { .int($0.milliseconds) } ?? .null),
            .init("successes", .int(Int64(successes))), .init("failures", .int(Int64(failures))),
            .init("erringSince", erringSince.map { .int($0.milliseconds) } ?? .null),
            .init("reason", .string(reason)),
        ])
    }

    fileprivate init?(json: JSONValue) {
        guard let version = json["version"]?.string,
            version.utf8.count <= Limits.reasonBytesMax,
            let standing = json["standing"]?.string.flatMap(Standing.init),
            let since = Moment(json: json["since"]), let successes = json["successes"]?.int,
            let failures = json["failures"]?.int, successes >= 0, failures >= 0
        else { return nil }
        self.init(version: version, standing: standing, since: since)
        readySince = Moment(json: json["readySince"])
        (self.successes, self.failures) = (successes, failures)
        erringSince = Moment(json: json["erringSince"])
        reason = json["reason"]?.string ?? ""
    }
}

extension Moment {
    /// Within the years that a calendar of ours knows, so that sums do not overflow.
    fileprivate init?(json: JSONValue?) {
        guard let value = json?.int, value > .min, abs(value) <= 253_402_300_799_000 else {
            return nil
        }
        self.init(milliseconds: Int64(value))
    }
}
