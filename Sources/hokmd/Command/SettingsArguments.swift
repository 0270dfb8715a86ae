import ArgumentParser
import Glibc

/// The flags of the table, for the commands that take them.
struct SettingsArguments: ParsableArguments {
    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var flags: [String] = []

    /// Flags, variables and file together. Throws a `Failure`, or asks for the help.
    func settings() throws -> Settings {
        guard !flags.contains("--help"), !flags.contains("-h") else {
            throw CleanExit.helpRequest(Hokmd.self)
        }
        do {
            return try read()
        } catch {
            throw Failure(error)
        }
    }

    /// The same again, for a reload.
    func read() throws(SettingsError) -> Settings {
        try Settings(
            flags: flags, variable: { name in getenv(name).map { String(cString: $0) } },
            read: TextFile.read)
    }
}
