internal import CDashboard

/// The page for people, which asks `/v1/status` every few seconds.
enum Dashboard {
    static let response = AdminResponse(
        200, contentType: "text/html; charset=utf-8",
        body: Array(UnsafeBufferPointer(start: dashboard_page(), count: dashboard_page_length())),
        headers: [
            // It runs what is in it and talks to this port alone, and no page may frame it.
            AdminResponse.Header(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                    + "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
                    + "frame-ancestors 'none'"),
            AdminResponse.Header("Referrer-Policy", "no-referrer"),
            AdminResponse.Header("X-Frame-Options", "DENY"),
        ])
}
