import Policy
import YAML

/// A policy in a file.
enum PolicyFile {
    /// Reads it and the time zones that it names. Throws a `Failure` with the place of what is
    /// wrong.
    static func read(_ path: String) throws(Failure) -> ScalingPolicy {
        let bytes: [UInt8]
        do throws(SettingsError) { bytes = try TextFile.read(path) } catch { throw Failure(error) }
        do throws(YAMLError) {
            return try ScalingPolicy(bytes.span, file: path, zone: zone)
        } catch { throw Failure(.failed, error.description) }
    }

    /// The system's compiled time zones (package tzdata). The policy has checked the name.
    static func zone(_ name: String) -> [UInt8]? {
        try? TextFile.read("/usr/share/zoneinfo/\(name)")
    }
}
