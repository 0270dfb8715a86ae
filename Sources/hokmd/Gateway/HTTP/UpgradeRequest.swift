import NIOHTTP1

/// A client's half of the opening handshake, checked (RFC 6455 section 4.2.1).
struct UpgradeRequest: Equatable {
    /// The value of `Sec-WebSocket-Accept`.
    var accept: String
    /// Subprotocols that the client offers, in its order.
    var subprotocols: [String]

    enum Refusal: Error, Equatable {
        /// Not a WebSocket handshake at all.
        case notWebSocket
        /// Another version than 13.
        case version
        case malformed(String)
    }

    init(_ head: HTTPRequestHead) throws(Refusal) {
        let headers = head.headers
        guard headers.has(token: "websocket", in: "upgrade") else { throw .notWebSocket }
        guard headers.has(token: "upgrade", in: "connection") else {
            throw .malformed("Connection must have Upgrade")
        }
        guard head.version.minor >= 1 else { throw .malformed("needs HTTP/1.1") }
        let versions = headers["sec-websocket-version"]
        guard versions.count == 1 else { throw .malformed("needs one Sec-WebSocket-Version") }
        guard versions[0] == "13" else { throw .version }
        let keys = headers["sec-websocket-key"]
        guard keys.count == 1, HandshakeKey.isValid(keys[0]) else {
            throw .malformed("needs one Sec-WebSocket-Key of 16 bytes in base64")
        }
        accept = HandshakeKey.accept(keys[0])
        subprotocols = headers[canonicalForm: "sec-websocket-protocol"].map(String.init)
    }
}

extension HTTPHeaders {
    fileprivate func has(token: String, in name: String) -> Bool {
        self[canonicalForm: name].contains { $0.lowercased() == token }
    }
}
