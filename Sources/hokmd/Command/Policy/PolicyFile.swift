import Glibc
import Policy
import Scaler
import YAML

/// A policy in a file.
enum PolicyFile {
    /// Reads it and the time zones that it names. Throws a `Failure` with the place of what is
    /// wrong.
    static func read(_ path: String) throws(Failure) -> ScalingPolicy {
        try checkSize(path)
        let bytes: [UInt8]
        do throws(SettingsError) { bytes = try TextFile.read(path) } catch { throw Failure(error) }
        return try parse(bytes, path)
    }

    /// The shipped one.
    static func builtIn() throws(Failure) -> ScalingPolicy {
        try parse(DefaultPolicy.bytes, DefaultPolicy.name)
    }

    /// Refuses a provisioner that there is not, or that is set up wrongly.
    static func checkProvisioner(of policy: ScalingPolicy) throws(Failure) {
        do throws(YAMLError) {
            _ = try ProvisionerPlan(policy.provisioner)
        } catch { throw Failure(.badConfiguration, error.description) }
    }

    /// What a running scaler finds in it.
    static func finding(_ path: String) -> PolicyWatcher.Finding {
        do throws(Failure) {
            let policy = try read(path)
            try checkProvisioner(of: policy)
            return .loaded(policy)
        } catch { return .refused(error.reason) }
    }

    private static func parse(
        _ bytes: [UInt8], _ name: String
    ) throws(Failure) -> ScalingPolicy {
        do throws(YAMLError) {
            return try ScalingPolicy(bytes.span, file: name, zone: zone)
        } catch { throw Failure(.failed, error.description) }
    }

    /// A file that is far too large is not read at all.
    private static func checkSize(_ path: String) throws(Failure) {
        var status = stat()
        let bytesMax = YAMLLimits().bytesMax
        guard stat(path, &status) == 0, status.st_size > bytesMax else { return }
        throw Failure(
            .failed, "\(path):1:1: \(status.st_size) bytes, above the limit of \(bytesMax)")
    }

    /// The system's compiled time zones (package tzdata). The policy has checked the name.
    static func zone(_ name: String) -> [UInt8]? {
        try? TextFile.read("/usr/share/zoneinfo/\(name)")
    }
}
