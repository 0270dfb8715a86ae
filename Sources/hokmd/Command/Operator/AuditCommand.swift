import Admin
import ArgumentParser

/// What is done with audit logs.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Checks audit logs.", subcommands: [Verify.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Finds any change, cut or gap in an audit log.",
            discussion: """
                With one FILE, the older files beside it (FILE.NUMBER) are read first, and FILE.head \
                says where the log must reach. With several, they are read in the order given. \
                `--head` names an entry that is known from elsewhere, as the daemon's log has it.
                """)

        @Argument(help: "The log's files, the oldest first.")
        var files: [String]

        @Option(help: "The log's key. (default: FILE.key beside the last file)")
        var keyFile: String?

        @Option(help: "SEQUENCE:MAC of the last entry that is known to have been written.")
        var head: String?

        func validate() throws {
            guard !files.isEmpty else { throw ValidationError("name a file") }
            if let head, AuditHead(text: head) == nil {
                throw ValidationError("--head is SEQUENCE:MAC")
            }
        }

        func run() throws {
            let last = AuditFiles(files[files.count - 1])
            let key: AuditKey
            do throws(AuditKey.FileError) {
                key = try AuditKey(file: keyFile ?? "\(last.path).key")
            } catch { throw Failure(.failed, error.description) }
            var verifier = AuditVerifier(key: key)
            for file in files.count == 1 ? last.rotated + files : files {
                guard let bytes = AuditFiles.read(file) else {
                    throw Failure(.failed, "\(file): \(SystemError.last)")
                }
                verifier.read(bytes, file: file)
            }
            verifier.finish(
                head: head.flatMap { AuditHead(text: $0) } ?? last.head, isWhole: files.count == 1)
            for finding in verifier.findings { print(finding.description) }
            let faults = verifier.findings.count(where: \.isFault)
            guard faults == 0 else {
                throw Failure(.failed, "\(Quantities.counted(faults, "fault")) in the audit log")
            }
            guard let first = verifier.first, let end = verifier.last else {
                print("no entries")
                return
            }
            print("entries \(first) to \(end): whole and as written")
        }
    }
}
