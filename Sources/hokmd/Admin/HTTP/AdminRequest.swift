internal import NIOHTTP1

/// A request as the routes look at it.
struct AdminRequest: Equatable, Sendable {
    enum Method: Equatable, Sendable {
        case get, head, post, other
    }

    var method: Method
    /// Without the query.
    var path: String
    /// As written, without the question mark.
    var query: String
    /// Header fields by lower-case name, in the order of their coming.
    var headers: [String: [String]]
    var body: [UInt8]

    init(
        _ method: Method, _ target: String, headers: [String: [String]] = [:], body: [UInt8] = []
    ) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? String(parts[1]) : ""
        self.headers = headers
        self.body = body
    }

    init(_ head: HTTPRequestHead, body: [UInt8]) {
        let method: Method =
            switch head.method {
            case .GET: .get
            case .HEAD: .head
            case .POST: .post
            default: .other
            }
        var headers: [String: [String]] = [:]
        for field in head.headers {
            headers[field.name.lowercased(), default: []].append(field.value)
        }
        self.init(method, head.uri, headers: headers, body: body)
    }

    /// The only field of this name; nil if there is none or more than one.
    func header(_ name: String) -> String? {
        guard let values = headers[name], values.count == 1 else { return nil }
        return values[0]
    }

    /// The value of a name in the query. Values that need percent encoding are none of ours.
    func parameter(_ name: String) -> String? {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count > 1 ? String(parts[1]) : "" }
        }
        return nil
    }
}
