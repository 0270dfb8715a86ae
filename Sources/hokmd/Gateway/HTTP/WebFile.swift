package import NIOCore

/// A file of the web client, as it is served.
package struct WebFile: Sendable {
    var contentType: String
    var body: ByteBuffer
    /// With the quotation marks (RFC 9110 section 8.8.3).
    var entityTag: String
    var cacheControl: String

    /// The default asks before each use, so that client and gateway are of one version.
    package init(
        contentType: String, body: ByteBuffer, entityTag: String, cacheControl: String = "no-cache"
    ) {
        self.contentType = contentType
        self.body = body
        self.entityTag = entityTag
        self.cacheControl = cacheControl
    }

    /// The page loads nothing from elsewhere, runs no script that is not a file of ours, and cannot
    /// be put into a frame.
    private static let securityHeaders = [
        HTTPResponse.Header(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"),
        HTTPResponse.Header("Referrer-Policy", "no-referrer"),
        HTTPResponse.Header("Cross-Origin-Opener-Policy", "same-origin"),
        HTTPResponse.Header("Cross-Origin-Resource-Policy", "same-origin"),
        HTTPResponse.Header("X-Frame-Options", "DENY"),
    ]

    /// The file, or 304 where the client has it.
    func response(ifNoneMatch tags: [Substring]) -> HTTPResponse {
        let validators = [
            HTTPResponse.Header("ETag", entityTag),
            HTTPResponse.Header("Cache-Control", cacheControl),
        ]
        if tags.contains(where: { $0 == "*" || $0 == entityTag || $0 == "W/" + entityTag }) {
            return HTTPResponse(.notModified, headers: validators)
        }
        let type = HTTPResponse.Header("Content-Type", contentType)
        return HTTPResponse(
            .ok, headers: [type] + validators + Self.securityHeaders, body: body)
    }
}
