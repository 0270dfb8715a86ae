import Testing

/// A checker that finds nothing proves nothing, unless it finds what was put there.
@Suite struct CheckersBiteTests {
    private func file(_ text: String, path: String = "Sources/Game/Sample.swift") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test(arguments: [
        "print(1)", "let now = Date()", "try await Task.sleep(for: .seconds(1))", "usleep(5)",
        "let x = try! f()", "let x = y as! Int", "fatalError(\"no\")", "import Foundation",
        "package import Foundation", "// TODO: later", "/* FIXME */", "let x = y!", "f(a)!.b",
        "list[0]!", "let name: String!", "final class A: @unchecked Sendable {}",
        "nonisolated(unsafe) var x = 1", "\"\\(x!)\"",
    ])
    func `each rule finds its sample`(text: String) {
        #expect(Tidy.findings(in: file("let before = 1\n\(text)\n")).map(\.line) == [2])
    }

    @Test(arguments: [
        "blueprint(1)", "let x = a != b", "let x = !a", "guard !f() else { return }",
        "import FoundationEssentials", "\"print( try! x! TO\"", "// x! and try! and print(",
        "func `x! is print(`() {}", "let TODOS = 1", "\"\"\"\n a! b! print(\n \"\"\"",
        "#\"a \" print( \"#", "/* a! /* b! */ print( */", "\"a \\\" try! x\"",
        "// Only its own thread touches it.\nfinal class A: @unchecked Sendable {}",
        "nonisolated(unsafe) var x = 1  // written once, before threads start",
    ])
    func `no rule finds what only looks alike`(text: String) {
        #expect(Tidy.findings(in: file("let before = 1\n\(text)\n")).isEmpty)
    }

    @Test func `a rule holds only where it should`() {
        #expect(
            Tidy.findings(in: file("print(1)\n", path: "Sources/hokmd/Command/A.swift")).isEmpty)
        #expect(Tidy.findings(in: file("let x = y!\n", path: "Tests/GameTests/A.swift")).isEmpty)
        #expect(Tidy.findings(in: file("import Foundation\n", path: "Tests/A/A.swift")).count == 1)
    }

    @Test func `a file may have as many lines as the limit and no more`() {
        let line = "let x = 1\n"
        #expect(Tidy.length(of: file(String(repeating: line, count: 400))).isEmpty)
        #expect(Tidy.length(of: file(String(repeating: line, count: 401))).count == 1)
    }

    @Test(arguments: [
        ("Sources/Wire/A.swift", "import Game"), ("Sources/Game/A.swift", "package import JSON"),
        ("Sources/Game/A.swift", "internal import NIOCore"),
        ("Sources/Game/A.swift", "import Glibc"),
        ("Sources/JSON/A.swift", "import Synchronization"),
        ("Sources/Gossip/A.swift", "@testable import Game"),
        ("Sources/YAML/A.swift", "import CSodium"),
        ("Sources/hokmd/Rooms/A.swift", "import struct Gateway.Session"),
        ("Sources/hokmd/Gateway/A.swift", "import Rooms"),
    ])
    func `a wall that is climbed is seen`(path: String, text: String) {
        #expect(Walls.findings(in: file("// c\n\(text)\n", path: path)).map(\.line) == [2])
    }

    @Test(arguments: [
        ("Sources/Game/A.swift", "internal import CSodium"),
        ("Sources/Gossip/A.swift", "package import NIOCore"),
        ("Sources/hokmd/Command/A.swift", "import Gateway"),
        ("Sources/Wire/A.swift", "// import Game"),
        ("Sources/Wire/A.swift", "let x = \"import Game\""),
    ])
    func `what may be imported is`(path: String, text: String) {
        #expect(Walls.findings(in: file(text, path: path)).isEmpty)
    }

    @Test func `a manifest that opens a wall is seen`() {
        let manifest = Manifest(
            """
                targets: [
                    .target(name: "Wire", swiftSettings: swiftSettings),
                    .target(
                        name: "Game",
                        dependencies: ["Wire", "Gossip", .product(name: "NIOCore", package: "n")],
                        swiftSettings: swiftSettings),
                    .testTarget(name: "GameTests", dependencies: ["Game", "Gossip"]),
            """)
        #expect(manifest.targets.map(\.name) == ["Wire", "Game", "GameTests"])
        #expect(
            Walls.findings(inManifest: manifest)
                == [
                    Finding(path: "Package.swift", line: 3, reason: "Game may not depend on Gossip")
                ])
    }

    @Test func `a file that nobody uses is seen`() {
        let used = file("struct Used { let mine = 1 }", path: "Sources/A/Used.swift")
        let user = file("let x = Used()", path: "Sources/A/User.swift")
        let dead = file(
            "struct Dead { func mine() -> Used { Used() } }", path: "Sources/A/Dead.swift")
        let test = file("let y = x", path: "Tests/A/T.swift")
        let findings = DeadFiles.findings(in: [used, user, dead], users: [test])
        #expect(findings.map(\.path) == ["Sources/A/Dead.swift"])
    }
}
