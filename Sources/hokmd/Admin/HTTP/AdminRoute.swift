internal import JSON

/// What a request asks for.
enum AdminRoute: Equatable, Sendable {
    case dashboard
    case metrics
    case health
    case readiness
    case status
    case members
    case rooms(limit: Int)
    case room(String)
    case scaling
    case scalingTrace
    case keys
    case logLevel
    case perform(AdminAction)

    /// Throws what a request gets that asks for nothing that is here.
    init(_ request: AdminRequest) throws(AdminRequestError) {
        let isPost = request.method == .post
        switch request.path {
        case "/": self = .dashboard
        case "/metrics": self = .metrics
        case "/healthz": self = .health
        case "/readyz": self = .readiness
        case "/v1/status": self = .status
        case "/v1/members": self = .members
        case "/v1/rooms": self = .rooms(limit: try Self.limit(request))
        case "/v1/scaling": self = .scaling
        case "/v1/scaling/trace": self = .scalingTrace
        case "/v1/keys": self = .keys
        case "/v1/log-level" where !isPost: self = .logLevel
        case let path where path.hasPrefix("/v1/rooms/"):
            self = .room(String(path.dropFirst("/v1/rooms/".count)))
        default:
            self = try Self.action(request)
            return
        }
        guard request.method == .get || request.method == .head else { throw .method("GET, HEAD") }
    }

    private static func action(_ request: AdminRequest) throws(AdminRequestError) -> AdminRoute {
        guard actionPaths.contains(request.path) else { throw .notFound }
        guard request.method == .post else { throw .method("POST") }
        let fields = try ActionFields(request.body)
        switch request.path {
        case "/v1/drain": return .perform(.drain(node: try fields.optional("node")))
        case "/v1/announce": return .perform(.announce(try announcement(fields)))
        case "/v1/forget": return .perform(.forget(node: try fields.required("node")))
        case "/v1/log-level": return .perform(.setLogLevel(try fields.required("level")))
        case "/v1/keys/add": return .perform(.addKey(try fields.required("key")))
        case "/v1/keys/use": return .perform(.useKey(id: try fields.required("id")))
        default: return .perform(.removeKey(id: try fields.required("id")))
        }
    }

    private static let actionPaths: Set<String> = [
        "/v1/drain", "/v1/announce", "/v1/forget", "/v1/log-level", "/v1/keys/add",
        "/v1/keys/use", "/v1/keys/remove",
    ]

    private static func announcement(
        _ fields: ActionFields
    ) throws(AdminRequestError) -> String {
        let text = try fields.required("text")
        guard (1...AdminLimits.announcementMax).contains(text.count),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw .invalid(
                "an announcement has 1 to \(AdminLimits.announcementMax) characters and no line break"
            )
        }
        return text
    }

    private static func limit(_ request: AdminRequest) throws(AdminRequestError) -> Int {
        guard let text = request.parameter("limit") else { return AdminLimits.roomsMax }
        guard let limit = Int(text), (1...AdminLimits.roomsMax).contains(limit) else {
            throw .invalid("limit is from 1 to \(AdminLimits.roomsMax)")
        }
        return limit
    }
}

/// Why a request has no route.
enum AdminRequestError: Error, Equatable, Sendable {
    case notFound
    /// Only with these methods.
    case method(String)
    case invalid(String)

    var response: AdminResponse {
        switch self {
        case .notFound: AdminResponse(404, error: "not_found", reason: "nothing is here")
        case .method(let methods):
            AdminResponse(
                405, error: "invalid", reason: "only \(methods)",
                headers: [AdminResponse.Header("Allow", methods)])
        case .invalid(let reason): AdminResponse(400, error: "invalid", reason: reason)
        }
    }
}

/// The members of an action's body.
private struct ActionFields {
    private let value: JSONValue

    /// No body says as much as `{}`.
    init(_ body: [UInt8]) throws(AdminRequestError) {
        guard !body.isEmpty else {
            value = .object([])
            return
        }
        do {
            value = try JSONValue.parse(body, depthMax: 4)
        } catch {
            throw .invalid("\(error)")
        }
        guard value.members != nil else { throw .invalid("the body must be an object") }
    }

    func required(_ key: StaticString) throws(AdminRequestError) -> String {
        guard let text = try optional(key) else { throw .invalid("needs \"\(key)\"") }
        return text
    }

    func optional(_ key: StaticString) throws(AdminRequestError) -> String? {
        guard let field = value["\(key)"], !field.isNull else { return nil }
        guard let text = field.string, !text.isEmpty else {
            throw .invalid("\"\(key)\" must be text")
        }
        return text
    }
}
