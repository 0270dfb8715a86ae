import Gateway
import Gossip
import Policy
import Rooms
import Testing

@testable import Admin
@testable import Scaler
@testable import hokmd

/// Alerts and dashboards speak of metrics that there are.
@Suite struct MonitoringTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        + "/packaging/monitoring/"

    /// What a node that has a scaler shows of it.
    private static let scaler = ScalerStatus.families(
        of: ScalerReport(
            isActing: true, acting: "s1", mode: .act, target: 2, instances: [], decisions: [],
            alarms: [.launchesFail], counters: ScalerCounters()), loads: 1, refusals: 0)

    /// Names as they stand in an expression, without what a histogram puts behind.
    private func names(in file: String) throws -> Set<String> {
        let bytes = try #require(AuditFiles.read(Self.folder + file))
        let words = String(decoding: bytes, as: UTF8.self).split {
            !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_"))
        }
        return Set(
            words.filter { $0.hasPrefix("hokmd_") || $0.hasPrefix("process_") }.map { word in
                word.hasSuffix("_bucket") ? String(word.dropLast(7)) : String(word)
            })
    }

    @Test(arguments: ["alerts.yml", "alerts_test.yml", "grafana-dashboard.json"])
    func `every metric that is named is measured`(file: String) async throws {
        let registry = MetricsRegistry()
        NodeMetrics(registry).certificateExpires(at: 1)
        registry.collect {
            Collectors.gateway([Gateway.Counters()], connections: 0)
                + Collectors.rooms(RoomsFigures(capacity: 1))
                + Collectors.gossip(Gossip.Counters()) + Collectors.cluster(Sample.status)
                + ProcessFigures.current.families + Self.scaler
        }
        let folder = try TemporaryFolder()
        let log = try AuditLog(path: "\(folder.path)/audit.log", node: "s1", log: quiet)
        registry.collect { log.families() }
        let text = String(decoding: await registry.exposition(), as: UTF8.self)
        await log.close()
        let measured = try ExpositionParser(text).families.keys
        let named = try names(in: file)
        #expect(named.count > 10)
        #expect(named.subtracting(measured).isEmpty)
    }

    @Test func `nothing is counted in two places`() async throws {
        let registry = MetricsRegistry()
        _ = NodeMetrics(registry)
        let text = String(decoding: await registry.exposition(), as: UTF8.self)
        let counted = try ExpositionParser(text).families.keys
        let collected =
            Collectors.gateway([Gateway.Counters()], connections: 0)
            + Collectors.rooms(RoomsFigures(capacity: 1)) + Collectors.gossip(Gossip.Counters())
            + Collectors.cluster(Sample.status) + ProcessFigures.current.families + Self.scaler
        let names = collected.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(names).isDisjoint(with: counted))
    }

    @Test func `without a certificate there is no word of its end`() async {
        let registry = MetricsRegistry()
        _ = NodeMetrics(registry)
        let text = String(decoding: await registry.exposition(), as: UTF8.self)
        #expect(!text.contains("certificate") && text.contains("hokmd_commit_seconds_count 0\n"))
    }
}
