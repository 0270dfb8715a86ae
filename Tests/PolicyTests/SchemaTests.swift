import Glibc
import JSON
import Testing

/// The schema for editors says of keys what the decoder does.
@Suite struct SchemaTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast(3).joined(separator: "/")

    private func text(of path: String) throws -> String {
        let stream = try #require(fopen("\(Self.root)/\(path)", "r"), "\(path)")
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, stream))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The keys of each object that the schema knows.
    private func schemaKeys() throws -> [Set<String>] {
        var found: [Set<String>] = []
        func walk(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if case .object(let properties)? = value["properties"] {
                    found.append(Set(properties.map(\.key)))
                }
                for member in members { walk(member.value) }
            case .array(let elements): for element in elements { walk(element) }
            default: break
            }
        }
        walk(try JSONValue.parse(Array(try text(of: "config/policy.schema.json").utf8)))
        return found
    }

    /// The lists of keys that the decoders know, as they stand in their sources.
    private func decoderKeys() throws -> [Set<String>] {
        let sources = [
            "Sources/Policy/File/PolicyDecoder.swift",
            "Sources/Policy/File/PolicyDecoder+Bodies.swift",
            "Sources/Policy/File/PolicyDecoder+Guards.swift",
            "Sources/Policy/File/PolicyDecoder+Schedules.swift",
            "Sources/hokmd/Scaler/Provisioners/ProvisionerPlan.swift",
        ]
        return try sources.flatMap { source in
            try text(of: source).matches(of: /knowing: \[([^\]]*)\]/).map { match in
                Set(match.1.matches(of: /"(\w+)"/).map { String($0.1) })
            }
        }
    }

    @Test func `editors are told of every key that a policy may have, and of no other`() throws {
        let (known, told) = (try decoderKeys(), try schemaKeys())
        #expect(known.count > 15 && told.count > 15)
        for keys in known {
            // Some are alternatives in the schema, and one list to the decoder.
            let parts = told.filter { $0.isSubset(of: keys) }.reduce(Set()) { $0.union($1) }
            #expect(
                parts == keys || told.contains { keys.isSubset(of: $0) }, "\(keys.sorted())")
        }
        let words =
            try text(of: "Sources/Policy/File/PolicyDecoder.swift")
            + text(of: "Sources/Policy/File/PolicyDecoder+Bodies.swift")
        for keys in told {
            for key in keys where !known.contains(where: { $0.contains(key) }) {
                #expect(words.contains("\"\(key)\""), "\(key) is no key")
            }
        }
    }
}
