/// Who may ask what: pure.
///
/// The danger at a loopback port is not the network but the operator's own browser: any page can
/// have it send requests there. So the `Host` must be ours (a page whose name was rebound to
/// 127.0.0.1 still sends its own name), and what changes something must come as JSON and from no
/// other page (a form cannot send JSON, and a script may not without our consent, which we never
/// give).
struct AdminGuard: Sendable {
    /// The host that the port was told to listen on.
    var host: String
    var token: AdminToken?

    /// What nobody needs a token for: they are what probes ask, and a page without any figures.
    private static let openPaths: Set<String> = ["/", "/healthz", "/readyz"]

    /// - Returns: the refusal; nil if the request may pass.
    func refusal(of request: AdminRequest) -> AdminResponse? {
        guard let host = request.header("host") else {
            return AdminResponse(400, error: "invalid", reason: "needs one Host")
        }
        // With a token a foreign page gets nowhere, and names that lead here from afar are many.
        guard token != nil || isOurs(host) else {
            return AdminResponse(
                421, error: "misdirected", reason: "this port answers to its own address only")
        }
        guard !isFromAnotherPage(request, host: host) else {
            return AdminResponse(
                403, error: "forbidden", reason: "other pages may not use this port")
        }
        if request.method == .post, !request.body.isEmpty, !hasJSON(request) {
            return AdminResponse(
                415, error: "invalid", reason: "a body must be application/json")
        }
        guard let token, !Self.openPaths.contains(request.path) else { return nil }
        guard let given = Self.bearer(request), token.matches(given) else {
            return AdminResponse(
                401, error: "unauthorized", reason: "needs the admin port's token",
                headers: [AdminResponse.Header("WWW-Authenticate", "Bearer")])
        }
        return nil
    }

    private func isOurs(_ authority: String) -> Bool {
        let name = Self.hostName(of: authority)
        return name == host.lowercased() || Loopback.includes(name)
    }

    /// Browsers say where a request comes from (W3C Fetch Metadata); programs do not.
    private func isFromAnotherPage(_ request: AdminRequest, host: String) -> Bool {
        let sites = request.headers["sec-fetch-site"] ?? []
        if sites.contains(where: { $0 != "same-origin" && $0 != "none" }) {
            // A link on another page may lead here, where nothing is changed by looking.
            let isLink = request.header("sec-fetch-mode") == "navigate"
            if !(isLink && request.method != .post) { return true }
        }
        return (request.headers["origin"] ?? []).contains { origin in
            let authority = ["http://", "https://"].first { origin.hasPrefix($0) }
                .map { origin.dropFirst($0.count) }
            return authority.map { $0.lowercased() != host.lowercased() } ?? true
        }
    }

    private func hasJSON(_ request: AdminRequest) -> Bool {
        guard let type = request.header("content-type") else { return false }
        let media = type.prefix { $0 != ";" }.filter { $0 != " " }
        return media.lowercased() == "application/json"
    }

    private static func bearer(_ request: AdminRequest) -> String? {
        guard let value = request.header("authorization") else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// Without the port and without the brackets of an IPv6 address, in lower case.
    static func hostName(of authority: String) -> String {
        let lower = authority.lowercased()
        if lower.hasPrefix("[") { return String(lower.dropFirst().prefix { $0 != "]" }) }
        return String(lower.prefix { $0 != ":" })
    }
}

/// This machine's own names and addresses, which no other machine reaches.
package enum Loopback {
    package static func includes(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
