import Admin
import Glibc
import Gossip
import Link
import Policy

/// The files and folders that a configuration names.
struct FilesCheck {
    let settings: Settings

    var findings: [CheckFinding] {
        [keyFile, stateDirectory] + policy + auditLog + adminPort + certificate
    }

    /// Refuses what no node can start with before one starts: else it would meet the others, found a
    /// cluster or launch servers, only to leave at once.
    func requireUsable() throws(Failure) {
        if let wrong = adminPort.first(where: { $0.outcome == .error }) {
            throw Failure(.badConfiguration, "\(wrong.subject): \(wrong.text)")
        }
        guard let files = try settings.certificate() else { return }
        do throws(TLSError) {
            _ = try files.validity()
        } catch { throw Failure(.badConfiguration, error.description) }
    }

    private var keyFile: CheckFinding {
        let subject = "key file"
        guard let path = settings.keyFile?.text else {
            return CheckFinding(subject, .warning, "none: gossip and link are on loopback only")
        }
        do throws(Failure) {
            let keyring = try KeyFile.read(path)
            let ids = keyring.keys.map { Key.text(of: $0.id) }
            return CheckFinding(
                subject, .ok,
                "\(path): \(Quantities.counted(ids.count, "key")), sealing with \(ids[0])")
        } catch { return CheckFinding(subject, .error, error.reason) }
    }

    private var stateDirectory: CheckFinding {
        let subject = "state folder"
        guard let path = settings.stateDirectory?.text else {
            return CheckFinding(
                subject, .warning, "none: this node is a new voter after each start")
        }
        return Self.writable(path, subject)
    }

    private var policy: [CheckFinding] {
        guard settings.mode.hasScaler, let path = settings.policy?.text else { return [] }
        let subject = "policy"
        do throws(Failure) {
            let policy = try settings.scalingPolicy()
            return [CheckFinding(subject, .ok, "\(path): \(policy.active)")]
        } catch { return [CheckFinding(subject, .error, error.reason)] }
    }

    private var auditLog: [CheckFinding] {
        guard let path = settings.auditLog?.text else { return [] }
        let subject = "audit log"
        let folder = Self.parent(of: path)
        let place = Self.writable(folder, subject)
        guard place.outcome == .ok else { return [place] }
        guard access("\(path).key", F_OK) == 0 else {
            return [CheckFinding(subject, .ok, "\(path): its key is made at the first start")]
        }
        do throws(AuditKey.FileError) {
            _ = try AuditKey(file: "\(path).key")
            return [CheckFinding(subject, .ok, path)]
        } catch { return [CheckFinding(subject, .error, error.description)] }
    }

    /// Beyond loopback the admin port wants a token and TLS; else it does not start.
    private var adminPort: [CheckFinding] {
        let subject = "admin port"
        if let path = settings.adminTokenFile?.text {
            do throws(AdminToken.FileError) {
                _ = try AdminToken.text(ofFile: path)
            } catch { return [CheckFinding(subject, .error, error.description)] }
        }
        guard !Loopback.includes(settings.admin.host) else { return [] }
        var lacks: [String] = []
        if settings.adminTokenFile == nil { lacks.append("admin-token-file") }
        if settings.tlsCertificate == nil { lacks.append("tls-cert") }
        guard !lacks.isEmpty else { return [] }
        return [
            CheckFinding(
                subject, .error,
                "\(settings.admin.text) is beyond loopback: \(lacks.joined(separator: " and ")) must be set"
            )
        ]
    }

    private var certificate: [CheckFinding] {
        let subject = "certificate"
        let files: CertificateFiles
        do throws(Failure) {
            guard let named = try settings.certificate() else {
                return settings.playersAddress.map { Loopback.includes($0.host) } ?? true
                    ? [] : [CheckFinding(subject, .warning, "none: players connect in the clear")]
            }
            files = named
        } catch { return [CheckFinding(subject, .error, error.reason)] }
        do throws(TLSError) {
            guard let validity = try files.validity() else {
                return [CheckFinding(subject, .error, "\(files.certificate): its dates are none")]
            }
            return [Self.finding(subject, files.certificate, validity, now: Int64(time(nil)))]
                + exposed(files.key, subject)
        } catch { return [CheckFinding(subject, .error, error.description)] }
    }

    private func exposed(_ path: String, _ subject: String) -> [CheckFinding] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o007 != 0 else { return [] }
        return [
            CheckFinding(subject, .warning, "\(path): everybody may read this key; chmod o= it")
        ]
    }

    /// As the alert on the metric does: two weeks before the end.
    static let daysLeftMin: Int64 = 14

    static func finding(
        _ subject: String, _ file: String, _ validity: CertificateValidity, now: Int64
    ) -> CheckFinding {
        let until = RFC3339.text(nanoseconds: validity.until &* 1_000_000_000)
        guard now >= validity.from else {
            let from = RFC3339.text(nanoseconds: validity.from &* 1_000_000_000)
            return CheckFinding(subject, .error, "\(file): not good before \(from)")
        }
        guard now < validity.until else {
            return CheckFinding(subject, .error, "\(file): expired \(until)")
        }
        let days = (validity.until - now) / 86_400
        return CheckFinding(
            subject, days < daysLeftMin ? .warning : .ok,
            "\(file): good until \(until), \(Quantities.counted(Int(days), "day"))")
    }

    /// Whether a folder is there and writable, or could be made.
    private static func writable(_ path: String, _ subject: String) -> CheckFinding {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else {
                return CheckFinding(subject, .error, "\(path): \(SystemError.last)")
            }
            let above = parent(of: path)
            guard above != path else {
                return CheckFinding(subject, .error, "\(path): \(SystemError.last)")
            }
            let place = writable(above, subject)
            return place.outcome == .ok
                ? CheckFinding(subject, .ok, "\(path): made at the first start") : place
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return CheckFinding(subject, .error, "\(path): it is no folder")
        }
        guard access(path, W_OK | X_OK) == 0 else {
            return CheckFinding(subject, .error, "\(path): \(SystemError.last)")
        }
        return CheckFinding(subject, .ok, path)
    }

    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast()
        let joined = parts.joined(separator: "/")
        guard path.hasPrefix("/") else { return joined.isEmpty ? "." : joined }
        return "/\(joined)"
    }
}
