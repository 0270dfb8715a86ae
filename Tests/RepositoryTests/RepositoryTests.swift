import Glibc
import Testing

@testable import hokmd

/// What holds for every file here. When one of these fails, its finding says what to do.
@Suite struct RepositoryTests {
    private let repository = Repository()

    @Test func `files hold no call, note or length that has no place here`() {
        let files = repository.sources(below: "Sources", "Tests", "Benchmarks")
        #expect(files.count > 50, "the repository was not found at \(repository.root)")
        let findings = files.flatMap(Tidy.findings)
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test func `scripts, pages and headers are no longer than sources`() {
        let endings = [".js", ".css", ".html", ".py", ".sh", ".c", ".h"]
        let long = ["Sources", "Tests", "Benchmarks", "packaging"].flatMap(repository.paths)
            .filter { path in endings.contains { path.hasSuffix($0) } }
            .filter { path in
                (repository.text(path) ?? "").utf8.count { $0 == 0x0A } > Tidy.linesMax
            }
        #expect(long.isEmpty, "above \(Tidy.linesMax) lines: \(long)")
    }

    @Test func `targets import only what stands above them`() throws {
        let files = repository.sources(below: "Sources")
        let findings = files.flatMap(Walls.findings)
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
        let manifest = Manifest(try #require(repository.text("Package.swift")))
        #expect(manifest.targets.contains { $0.name == "hokmd" })
        let declared = Walls.findings(inManifest: manifest)
        #expect(declared.isEmpty, "\(declared.map(\.description).joined(separator: "\n"))")
    }

    @Test func `every folder of sources is a row of the design and every folder of tests is run`()
        throws
    {
        let manifest = Manifest(try #require(repository.text("Package.swift")))
        for path in repository.paths(below: "Sources") where path.hasSuffix(".swift") {
            #expect(Walls.rows.contains { path.hasPrefix($0.path + "/") }, "\(path) is in no row")
        }
        for path in repository.paths(below: "Tests") where path.hasSuffix(".swift") {
            let folder = path.split(separator: "/")[1]
            #expect(
                manifest.targets.contains { target in
                    target.name == folder || target.names.contains { $0 == "Tests/\(folder)" }
                }, "\(path) belongs to no target")
        }
    }

    @Test func `no file lies about that nobody uses`() {
        let findings = DeadFiles.findings(
            in: repository.sources(below: "Sources"),
            users: repository.sources(below: "Tests", "Benchmarks"))
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test func `the install script has every library that the manifest needs`() throws {
        let script = try #require(repository.text("packaging/install-build-dependencies"))
        let manifest = Manifest(try #require(repository.text("Package.swift")))
        let libraries = manifest.targets.flatMap(\.names).filter {
            $0.hasPrefix("lib") && $0.hasSuffix("-dev")
        }
        #expect(!libraries.isEmpty)
        for library in libraries {
            #expect(script.contains(" \(library)"), "\(library) is not installed")
        }
    }

    @Test(arguments: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
    func `links in what people read lead somewhere`(path: String) throws {
        let text = try #require(repository.text(path))
        for part in text.split(separator: "](").dropFirst() {
            let link = String(part.prefix { $0 != ")" && $0 != "#" })
            guard !link.isEmpty, !link.contains("://") else { continue }
            #expect(repository.text(link) != nil, "\(path) links to \(link), which is not there")
        }
    }

    @Test(arguments: [
        ("config/hokmd.yaml", Settings.defaultFile), ("docs/configuration.md", Settings.reference),
        ("docs/man/hokmd.yaml.5", Settings.manual),
    ])
    func `the written configuration is the one in the code`(path: String, expected: String) {
        if getenv("UPDATE") != nil { #expect(repository.write(expected, to: path)) }
        #expect(
            repository.text(path) == expected,
            "run: UPDATE=1 swift test --skip-build --disable-xctest --filter RepositoryTests")
    }
}
