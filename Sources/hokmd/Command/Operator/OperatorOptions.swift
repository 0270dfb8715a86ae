import Admin
import ArgumentParser
import Glibc

/// Which daemon an operator's command asks, and how it answers.
struct OperatorOptions: ParsableArguments {
    @Option(help: "The daemon's admin port; also HOKMD_ADMIN. (default: 127.0.0.1:7801)")
    var admin: String?

    @Option(
        name: .customLong("admin-token-file"),
        help: "The file with the admin port's token; also HOKMD_ADMIN_TOKEN_FILE.")
    var tokenFile: String?

    @Flag(help: "Prints JSON, for programs.")
    var json = false

    /// Throws a `Failure` for what cannot be asked.
    func client() throws(Failure) -> AdminClient {
        let (name, text) =
            if let admin {
                ("--admin", admin)
            } else {
                ("HOKMD_ADMIN", Self.variable("HOKMD_ADMIN") ?? Settings().admin.text)
            }
        let address: HostPort
        do throws(InvalidValue) {
            address = try HostPort(text: text)
        } catch { throw Failure(.badUsage, "\(name): \(error.reason)") }
        guard address.port > 0 else {
            throw Failure(.badUsage, "\(name): port 0 is none to ask at")
        }
        return AdminClient(address: address, token: try token())
    }

    private func token() throws(Failure) -> String? {
        guard let file = tokenFile ?? Self.variable("HOKMD_ADMIN_TOKEN_FILE") else { return nil }
        do throws(AdminToken.FileError) {
            return try AdminToken.text(ofFile: file)
        } catch { throw Failure(.badUsage, error.description) }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
