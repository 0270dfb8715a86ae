package import NIOPosix

/// Servers by a script of the operator's, for whatever cloud or machine there is. The contract
/// stands in docs/scaling.md:
///
///     COMMAND launch NAME      starts a server, or finds it started
///     COMMAND list             prints a line a server: NAME [SECONDS-SINCE-1970 [VERSION]]
///     COMMAND terminate NAME   ends a server, or finds it ended
///
/// 0 is success, 75 "no room for more now" (EX_TEMPFAIL of sysexits.h), all else is a failure, whose
/// reason is the last line on standard error.
package struct CommandProvisioner: Provisioner {
    package struct Script: Sendable {
        /// The program and its first arguments.
        package var words: [String]
        /// For each call; then it is ended with all that it started.
        package var timeMax: Duration
        package var cluster: String
        /// `NAME=value` of our own that it gets too.
        package var inherited = ["PATH", "HOME", "LANG", "TZ", "USER", "XDG_RUNTIME_DIR"]

        package init(words: [String], timeMax: Duration, cluster: String) {
            precondition(!words.isEmpty, "a command has a program")
            self.words = words
            self.timeMax = timeMax
            self.cluster = cluster
        }
    }

    package let kind = "command"
    private let script: Script
    private let threads: NIOThreadPool

    private static let exhausted: Int32 = 75

    package init(_ script: Script, threads: NIOThreadPool) {
        self.script = script
        self.threads = threads
    }

    package func launch(_ request: LaunchRequest) async throws(ProvisionerError) -> String {
        precondition(request.instance.isPlain, "no name of a server: \(request.instance)")
        let labels = request.labels.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        let said = try await run(
            ["launch", request.instance.name],
            [
                "HOKMD_INSTANCE=\(request.instance)",
                "HOKMD_JOIN=\(request.join.joined(separator: ","))",
                "HOKMD_LABELS=\(labels)", "HOKMD_VERSION=\(request.version ?? "")",
            ])
        guard try await list().contains(where: { $0.id == request.instance }) else {
            throw .untrue(
                "\(script.words[0]) said that it launched \(request.instance), and does not list it"
            )
        }
        let line = said.split(separator: UInt8(ascii: "\n")).last ?? []
        return String(String(decoding: line.prefix(100), as: UTF8.self))
    }

    package func list() async throws(ProvisionerError) -> [ListedInstance] {
        try InstanceList.parse(try await run(["list"], []), of: script.words[0])
    }

    package func terminate(_ instance: InstanceID) async throws(ProvisionerError) {
        _ = try await run(
            ["terminate", instance.name], ["HOKMD_INSTANCE=\(instance)"])
    }

    private func run(
        _ arguments: [String], _ variables: [String]
    ) async throws(ProvisionerError) -> [UInt8] {
        let command = Command(
            words: script.words,
            environment: Spawning.inherited(script.inherited) + variables
                + ["HOKMD_CLUSTER=\(script.cluster)"],
            timeMax: script.timeMax)
        let outcome = try await command.run(arguments, on: threads)
        let what = "\(script.words[0]) \(arguments[0])"
        let reason = outcome.complaint.map { ": \($0)" } ?? ""
        switch outcome.ending {
        case .exit(0): return outcome.output
        case .exit(Self.exhausted): throw .exhausted("\(what)\(reason)")
        case .exit(let code): throw .failed("\(what) ended with \(code)\(reason)")
        case .signal(let signal): throw .failed("\(what) was ended by signal \(signal)\(reason)")
        }
    }
}

extension Command {
    /// The same on a thread that may block.
    func run(
        _ more: [String], on threads: NIOThreadPool
    ) async throws(ProvisionerError) -> Outcome {
        do {
            return try await threads.runIfActive { try run(more) }
        } catch let error as ProvisionerError {
            throw error
        } catch {
            throw .failed("\(words[0]): this node is stopping")
        }
    }
}
