import JSON
import Load
import Testing

/// What a node of a fleet says to operators.
enum AdminPort {
    static func ask(_ path: String, _ node: Node) async throws -> JSONValue {
        let port = try #require(
            node.address(of: "admin")?.split(separator: ":").last.flatMap { Int($0) })
        let answer = try await RawConnection.get(path, port: port)
        return try JSONValue.parse(Array(answer.body.utf8))
    }
}
