internal import Game
import NIOHTTP1

/// What the player port answers to which request.
package struct Routes: Sendable {
    /// Path to file; `/` is the page.
    package var files: [String: WebFile]
    package var origins: OriginPolicy
    /// Whether `/v1/echo` is there.
    package var echo: Bool
    /// Why players cannot be served; nil if they can. Asked on an event loop: it MUST NOT block.
    package var unreadiness: @Sendable () -> String?

    package static let subprotocol = "hokm.v1"

    package init(
        files: [String: WebFile] = [:], origins: OriginPolicy = OriginPolicy(), echo: Bool = false,
        unreadiness: @escaping @Sendable () -> String? = { nil }
    ) {
        self.files = files
        self.origins = origins
        self.echo = echo
        self.unreadiness = unreadiness
    }

    enum Service: Equatable {
        case play
        /// Here, or where this room's code belongs.
        case echo(RoomCode?)
    }

    enum Answer: Equatable {
        case respond(HTTPResponse)
        /// Send this 101 and speak WebSocket.
        case upgrade(Service, HTTPResponse)
        /// A refused upgrade, apart because it is counted.
        case refuse(HTTPResponse, Counters.Event)
    }

    func answer(_ head: HTTPRequestHead) -> Answer {
        let hosts = head.headers["host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version.minor == 0) else {
            return .refuse(
                HTTPResponse(.badRequest, text: "needs one Host", closes: true), .badRequests)
        }
        let path = Self.path(of: head.uri)
        switch path {
        case "/v1/play": return upgrade(head, to: .play, host: hosts.first ?? "")
        case "/v1/echo" where echo:
            guard let text = Self.room(in: head.uri) else {
                return upgrade(head, to: .echo(nil), host: hosts.first ?? "")
            }
            guard let room = RoomCode(text) else {
                let response = HTTPResponse(.badRequest, text: "bad room", closes: true)
                return .refuse(response, .refusedUpgrade)
            }
            return upgrade(head, to: .echo(room), host: hosts.first ?? "")
        default: break
        }
        guard let response = plain(path, head) else {
            return .respond(HTTPResponse(.notFound, text: "not found"))
        }
        guard head.method == .GET || head.method == .HEAD else {
            return .respond(Self.methodNotAllowed("GET, HEAD"))
        }
        return .respond(response)
    }

    private func plain(_ path: String, _ head: HTTPRequestHead) -> HTTPResponse? {
        let noStore = [HTTPResponse.Header("Cache-Control", "no-store")]
        switch path {
        case "/healthz":
            return HTTPResponse(.ok, text: "ok", headers: noStore)
        case "/readyz":
            guard let reason = unreadiness() else {
                return HTTPResponse(.ok, text: "ready", headers: noStore)
            }
            return HTTPResponse(.unavailable, text: reason, headers: noStore)
        default:
            return files[path]?.response(
                ifNoneMatch: head.headers[canonicalForm: "if-none-match"])
        }
    }

    private func upgrade(_ head: HTTPRequestHead, to service: Service, host: String) -> Answer {
        guard head.method == .GET else { return .respond(Self.methodNotAllowed("GET")) }
        let origins = head.headers["origin"]
        guard origins.allSatisfy({ self.origins.allows(origin: $0, host: host) }) else {
            return .refuse(
                HTTPResponse(.forbidden, text: "this origin may not connect", closes: true),
                .refusedOrigin)
        }
        let request: UpgradeRequest
        do throws(UpgradeRequest.Refusal) {
            request = try UpgradeRequest(head)
        } catch {
            return .refuse(Self.response(to: error), .refusedUpgrade)
        }
        var headers = [
            HTTPResponse.Header("Upgrade", "websocket"),
            HTTPResponse.Header("Connection", "Upgrade"),
            HTTPResponse.Header("Sec-WebSocket-Accept", request.accept),
        ]
        if service == .play, !request.subprotocols.isEmpty {
            guard request.subprotocols.contains(Self.subprotocol) else {
                let refusal = UpgradeRequest.Refusal.malformed("this is \(Self.subprotocol)")
                return .refuse(Self.response(to: refusal), .refusedUpgrade)
            }
            headers.append(HTTPResponse.Header("Sec-WebSocket-Protocol", Self.subprotocol))
        }
        return .upgrade(service, HTTPResponse(.switchingProtocols, headers: headers))
    }

    private static func response(to refusal: UpgradeRequest.Refusal) -> HTTPResponse {
        switch refusal {
        case .malformed(let reason):
            return HTTPResponse(.badRequest, text: reason, closes: true)
        case .notWebSocket, .version:
            return HTTPResponse(
                .upgradeRequired, text: "WebSocket version 13 is spoken here",
                headers: [
                    HTTPResponse.Header("Upgrade", "websocket"),
                    HTTPResponse.Header("Sec-WebSocket-Version", "13"),
                ], closes: true)
        }
    }

    private static func methodNotAllowed(_ methods: String) -> HTTPResponse {
        HTTPResponse(
            .methodNotAllowed, text: "only \(methods)",
            headers: [HTTPResponse.Header("Allow", methods)])
    }

    /// Without the query, and without the scheme and authority that a request to a proxy has (RFC
    /// 9112 section 3.2.2).
    static func path(of target: String) -> String {
        var rest = target[...]
        if let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) })
        {
            rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
        }
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        return path.isEmpty ? "/" : String(path)
    }

    /// The value of `room` in the query; nil where it has none.
    static func room(in target: String) -> Substring? {
        let query = target.drop { $0 != "?" }.dropFirst().prefix { $0 != "#" }
        return query.split(separator: "&").first { $0.hasPrefix("room=") }?.dropFirst(5)
    }
}
