import Glibc
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import Scaler

/// What was found, one after the other.
private final class Findings {
    private var iterator: AsyncStream<String>.Iterator

    init(_ stream: AsyncStream<String>) { iterator = stream.makeAsyncIterator() }

    func next() async -> String? { await iterator.next(isolation: #isolation) }
}

/// The watcher with real files; what it read comes as the reason of a refusal.
@Suite(.timeLimit(.minutes(3))) struct PolicyWatcherTests {
    private let loop = NIOSingletons.posixEventLoopGroup.next()

    /// Runs `body` with a folder, its file's path and what was found, in order.
    private func watching(
        _ body: (ScriptFolder, String, Findings) async throws -> Void
    ) async throws {
        let folder = try ScriptFolder()
        let file = "\(folder.path)/policy.yaml"
        try folder.write("one", to: file)
        let (findings, continuation) = AsyncStream.makeStream(of: String.self)
        let loop = loop
        let watcher = try await loop.submit {
            let watcher = PolicyWatcher(
                file, loop: loop, thread: blockingThreads, log: Logger(label: "test"),
                read: { path in
                    .refused(
                        ProcFile.read(path, bytesMax: 100).map {
                            String(decoding: $0, as: UTF8.self)
                        } ?? "unreadable")
                },
                onFinding: { finding in
                    switch finding {
                    case .refused(let text): continuation.yield(text)
                    case .gone: continuation.yield("gone")
                    case .loaded: continuation.yield("loaded")
                    }
                })
            watcher.start()
            return NIOLoopBound(watcher, eventLoop: loop)
        }.get()
        try await body(folder, file, Findings(findings))
        try await loop.submit { watcher.value.stop() }.get()
    }

    @Test func `a file that is written to is read again`() async throws {
        try await watching { folder, file, findings in
            try folder.write("two!", to: file)
            let found1 = await findings.next()
            #expect(found1 == "two!")
        }
    }

    @Test func `editors that put another file in its place are followed`() async throws {
        try await watching { folder, file, findings in
            for text in ["second", "third", "fourth"] {
                try folder.write(text, to: "\(file).swp")
                #expect(rename("\(file).swp", file) == 0)
                let found2 = await findings.next()
                #expect(found2 == text)
            }
        }
    }

    @Test func `a file that goes is told once, and is found when it comes back`() async throws {
        try await watching { folder, file, findings in
            #expect(unlink(file) == 0)
            let found3 = await findings.next()
            #expect(found3 == "gone")
            try folder.write("again", to: file)
            let found4 = await findings.next()
            #expect(found4 == "again")
        }
    }

    @Test func `a link that is turned elsewhere is followed without an event in the folder`()
        async throws
    {
        try await watching { folder, file, findings in
            // As a mounted configuration does it: the file is a link by way of another folder.
            for name in ["a", "b"] {
                #expect(mkdir("\(folder.path)/\(name)", 0o700) == 0)
                try folder.write("in \(name)", to: "\(folder.path)/\(name)/policy.yaml")
            }
            #expect(mkdir("\(folder.path)/deep", 0o700) == 0)
            let data = "\(folder.path)/deep/data"
            #expect(symlink("\(folder.path)/a", data) == 0)
            #expect(symlink("\(data)/policy.yaml", "\(file).new") == 0)
            #expect(rename("\(file).new", file) == 0)
            let found5 = await findings.next()
            #expect(found5 == "in a")
            #expect(symlink("\(folder.path)/b", "\(data).new") == 0)
            #expect(rename("\(data).new", data) == 0)
            let found6 = await findings.next()
            #expect(found6 == "in b")
        }
    }

    @Test func `the shipped policy is in the binary, and is one`() throws {
        let text = String(decoding: DefaultPolicy.bytes, as: UTF8.self)
        #expect(text.contains("kind: ScalingPolicy") && text.hasSuffix("\n"))
    }
}
