internal import COpenSSL

/// What connections of one kind have in common: OpenSSL's `SSL_CTX`. Made once, never changed, used
/// by all threads; connections keep the one they began with.
package final class TLSContext: @unchecked Sendable {
    // OpenSSL counts references to an SSL_CTX by atomics, and nothing here changes after `init`.
    let pointer: OpaquePointer
    let role: Role

    enum Role {
        /// Players come to us.
        case players(TicketKeys)
        /// A node comes to us.
        case accepting(LinkKeys)
        /// We go to a node.
        case dialling(LinkKeys)
        /// We come to a player port, as players do.
        case visiting

        var keys: LinkKeys? {
            switch self {
            case .players, .visiting: nil
            case .accepting(let keys), .dialling(let keys): keys
            }
        }
    }

    /// Mozilla's "intermediate" list (Server Side TLS 5.7) without its suites for finite-field
    /// Diffie-Hellman, which nobody needs who has one of our curves.
    private static let ciphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")
    private static let suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// OpenSSL's own list has X448, P-521 and finite fields, which the profile does not.
    private static let groups = "X25519:P-256:P-384"
    /// The one suite of links. A pre-shared key goes with a hash, so both ends know which.
    private static let linkSuite = "TLS_AES_128_GCM_SHA256"
    /// Of 112 bits: no SHA-1, no RSA below 2,048 bits, whatever openssl.cnf says.
    private static let securityLevel: Int32 = 2

    /// For the player port: TLS 1.3 and 1.2, HTTP/1.1, tickets that every balancer accepts.
    ///
    /// - Parameter certificates: pairs of different kinds, of which a client gets one that it knows.
    package static func players(
        certificates: [CertificateFiles], tickets: TicketKeys
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(role: .players(tickets), oldest: TLS1_2_VERSION)
        try context.require(SSL_CTX_set_cipher_list(context.pointer, ciphers) == 1)
        try context.require(SSL_CTX_set_ciphersuites(context.pointer, suites) == 1)
        // Tickets hold for all contexts that share this name.
        let name = Array("hokmd".utf8)
        try context.require(
            SSL_CTX_set_session_id_context(context.pointer, name, UInt32(name.count)) == 1)
        SSL_CTX_set_timeout(context.pointer, TicketKeys.lifeSeconds)
        try context.require(SSL_CTX_set_num_tickets(context.pointer, 1) == 1)
        try context.require(
            SSL_CTX_set_tlsext_ticket_key_evp_cb(context.pointer, TLSCallbacks.ticket) == 1)
        SSL_CTX_set_alpn_select_cb(context.pointer, TLSCallbacks.applicationProtocol, nil)
        for pair in certificates { try pair.load(into: context.pointer) }
        return context
    }

    /// For who comes to a player port as a player: TLS 1.3 and 1.2.
    ///
    /// - Parameter verifies: whether the certificate must be good for the server's name by the
    ///   system's authorities (or those that the variable `SSL_CERT_FILE` names).
    package static func visiting(verifies: Bool) throws(TLSError) -> TLSContext {
        let context = try TLSContext(role: .visiting, oldest: TLS1_2_VERSION)
        try context.require(SSL_CTX_set_cipher_list(context.pointer, ciphers) == 1)
        try context.require(SSL_CTX_set_ciphersuites(context.pointer, suites) == 1)
        try context.require(SSL_CTX_set_default_verify_paths(context.pointer) == 1)
        SSL_CTX_set_verify(context.pointer, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        return context
    }

    /// For links that come to us: TLS 1.3 with a pre-shared key and (EC)DHE, no certificates.
    package static func accepting(_ keys: LinkKeys) throws(TLSError) -> TLSContext {
        let context = try link(.accepting(keys))
        SSL_CTX_set_psk_find_session_callback(context.pointer, TLSCallbacks.findSession)
        return context
    }

    /// For links that we begin.
    package static func dialling(_ keys: LinkKeys) throws(TLSError) -> TLSContext {
        let context = try link(.dialling(keys))
        // Who answers with a certificate instead of the key is refused: nothing vouches for any.
        SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_psk_use_session_callback(context.pointer, TLSCallbacks.useSession)
        return context
    }

    private static func link(_ role: Role) throws(TLSError) -> TLSContext {
        let context = try TLSContext(role: role, oldest: TLS1_3_VERSION)
        try context.require(SSL_CTX_set_ciphersuites(context.pointer, linkSuite) == 1)
        SSL_CTX_set_options(context.pointer, hokmd_SSL_OP_NO_TICKET())
        try context.require(SSL_CTX_set_num_tickets(context.pointer, 0) == 1)
        return context
    }

    private init(role: Role, oldest: Int32) throws(TLSError) {
        ErrorQueue.clear()
        guard let pointer = SSL_CTX_new(TLS_method()) else { throw .setUp(ErrorQueue.drain()) }
        self.pointer = pointer
        self.role = role
        SSL_CTX_set_ex_data(pointer, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_CTX_set_security_level(pointer, Self.securityLevel)
        try require(hokmd_SSL_CTX_set_min_proto_version(pointer, oldest) == 1)
        try require(hokmd_SSL_CTX_set_max_proto_version(pointer, TLS1_3_VERSION) == 1)
        try require(hokmd_SSL_CTX_set1_groups_list(pointer, Self.groups) == 1)
        // Peers that end without close_notify are many; our frames say themselves where they end.
        SSL_CTX_set_options(
            pointer,
            hokmd_SSL_OP_NO_COMPRESSION() | hokmd_SSL_OP_NO_RENEGOTIATION()
                | hokmd_SSL_OP_IGNORE_UNEXPECTED_EOF())
        // An idle connection keeps no buffers: they are what it would cost.
        hokmd_SSL_CTX_set_mode(
            pointer, Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        hokmd_SSL_CTX_set_session_cache_off(pointer)
        // No 0-RTT: what comes in it can be played back.
        try require(SSL_CTX_set_max_early_data(pointer, 0) == 1)
        try require(SSL_CTX_set_recv_max_early_data(pointer, 0) == 1)
    }

    deinit { SSL_CTX_free(pointer) }

    /// Of the certificate that it shows; nil where it shows none.
    var validity: CertificateValidity? {
        SSL_CTX_get0_certificate(pointer).flatMap(CertificateValidity.init)
    }

    private func require(_ isDone: Bool) throws(TLSError) {
        guard isDone else { throw .setUp(ErrorQueue.drain()) }
    }
}
