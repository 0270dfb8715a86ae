/// Which web pages may open a connection (RFC 6455 section 10.2). Programs that are not browsers
/// send no `Origin` and may.
package struct OriginPolicy: Sendable {
    /// Origins as browsers write them, `https://play.example`, in lower case; `*` stands for any.
    private let allowed: Set<String>

    /// Pages of the host that was asked are always allowed.
    package init(allowed: [String] = []) {
        self.allowed = Set(allowed.map { $0.lowercased() })
    }

    func allows(origin: String, host: String) -> Bool {
        let origin = origin.lowercased()
        if allowed.contains(origin) || allowed.contains("*") { return true }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")]
        where origin.hasPrefix(scheme) {
            let authority = origin.dropFirst(scheme.count)
            return !authority.isEmpty
                && Self.strip(port, from: authority)
                    == Self.strip(port, from: host.lowercased()[...])
        }
        return false
    }

    /// A scheme's own port may be written or not.
    private static func strip(_ port: String, from authority: Substring) -> Substring {
        authority.hasSuffix(port) ? authority.dropLast(port.utf8.count) : authority
    }
}
