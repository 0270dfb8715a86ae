internal import JSON

/// An answer, whole.
struct AdminResponse: Equatable, Sendable {
    var status: Int
    var contentType: String
    var headers: [Header] = []
    var body: [UInt8]

    struct Header: Equatable, Sendable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    init(_ status: Int, contentType: String, body: [UInt8], headers: [Header] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// A report, with a line feed for people who use curl.
    init(_ report: some AdminReport) {
        self.init(200, contentType: Self.json, body: report.json + [UInt8(ascii: "\n")])
    }

    init(_ status: Int, text: String) {
        self.init(status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
    }

    /// `{"error":CODE,"reason":TEXT}`.
    init(_ status: Int, error: String, reason: String, headers: [Header] = []) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.string(error)
        writer.key("reason")
        writer.string(reason)
        writer.endObject()
        self.init(
            status, contentType: Self.json, body: writer.bytes + [UInt8(ascii: "\n")],
            headers: headers)
    }

    init(_ refusal: AdminRefusal) {
        let status =
            switch refusal.code {
            case .invalid: 400
            case .notFound: 404
            case .conflict: 409
            case .unsupported: 501
            case .unavailable, .unaudited: 503
            }
        self.init(status, error: refusal.code.rawValue, reason: refusal.reason)
    }

    private static let json = "application/json"
}
