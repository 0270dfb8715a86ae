import NIOCore

/// An answer in HTTP/1.1, whole.
struct HTTPResponse: Equatable {
    var status: Status
    var headers: [Header] = []
    var body: ByteBuffer
    /// The connection ends with it.
    var closes = false

    struct Header: Equatable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    enum Status: String {
        case switchingProtocols = "101 Switching Protocols"
        case ok = "200 OK"
        case notModified = "304 Not Modified"
        case badRequest = "400 Bad Request"
        case forbidden = "403 Forbidden"
        case notFound = "404 Not Found"
        case methodNotAllowed = "405 Method Not Allowed"
        case requestTimeout = "408 Request Timeout"
        case upgradeRequired = "426 Upgrade Required"
        case headTooLarge = "431 Request Header Fields Too Large"
        case unavailable = "503 Service Unavailable"
    }

    /// A few words for people.
    init(_ status: Status, text: String, headers: [Header] = [], closes: Bool = false) {
        self.status = status
        self.headers = [Header("Content-Type", "text/plain; charset=utf-8")] + headers
        self.body = ByteBuffer(string: text + "\n")
        self.closes = closes
    }

    init(_ status: Status, headers: [Header], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The bytes to send; without the body if HEAD was asked.
    func write(to buffer: inout ByteBuffer, withBody: Bool) {
        buffer.writeString("HTTP/1.1 \(status.rawValue)\r\n")
        for header in headers {
            buffer.writeString("\(header.name): \(header.value)\r\n")
        }
        switch status {
        case .switchingProtocols:
            buffer.writeStaticString("\r\n")
            return
        case .notModified:
            break
        default:
            buffer.writeString("Content-Length: \(body.readableBytes)\r\n")
        }
        // Nothing here is to be guessed at or framed by somebody else's page.
        buffer.writeStaticString("X-Content-Type-Options: nosniff\r\n")
        if closes { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        if withBody, status != .notModified { buffer.writeImmutableBuffer(body) }
    }
}
