internal import COpenSSL

/// What OpenSSL calls in the middle of a handshake. None of these reaches beyond its connection's
/// machine and context, so nothing is called in a circle.
enum TLSCallbacks {
    private static func context(of ssl: OpaquePointer) -> TLSContext? {
        guard let pointer = SSL_get_SSL_CTX(ssl), let object = SSL_CTX_get_ex_data(pointer, 0)
        else { return nil }
        return Unmanaged<TLSContext>.fromOpaque(object).takeUnretainedValue()
    }

    private static func machine(of ssl: OpaquePointer) -> TLSMachine? {
        guard let object = SSL_get_ex_data(ssl, 0) else { return nil }
        return Unmanaged<TLSMachine>.fromOpaque(object).takeUnretainedValue()
    }

    static let ticket:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?,
            OpaquePointer?, OpaquePointer?, Int32
        ) -> Int32 = { ssl, name, vector, cipher, mac, seals in
            guard let ssl, let name, let vector, let cipher, let mac,
                case .players(let tickets)? = TLSCallbacks.context(of: ssl)?.role
            else { return -1 }
            return tickets.prepare(
                seals: seals == 1, isSingleUse: SSL_version(ssl) >= TLS1_3_VERSION, name: name,
                vector: vector, cipher: cipher, mac: mac)
        }

    /// HTTP/1.1 for who asks for it among others; an alert for who wants only something else
    /// (RFC 7301, section 3.2).
    static let applicationProtocol:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
            UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, output, outputLength, offered, length, _ in
            let wanted: StaticString = "http/1.1"
            guard let output, let outputLength, let offered else { return SSL_TLSEXT_ERR_NOACK }
            let list = UnsafeBufferPointer(start: offered, count: Int(length))
            var index = 0
            while index < list.count {
                let end = index + 1 + Int(list[index])
                guard end <= list.count else { break }
                let isWanted = wanted.withUTF8Buffer {
                    $0.elementsEqual(list[(index + 1)..<end])
                }
                if isWanted {
                    output.pointee = offered + index + 1
                    outputLength.pointee = list[index]
                    return SSL_TLSEXT_ERR_OK
                }
                index = end
            }
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }

    /// Who accepts: the session of the key that the other names, or none.
    static let findSession:
        @convention(c) (
            OpaquePointer?, UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Int32 = { ssl, identity, length, session in
            guard let ssl, let session else { return 0 }
            session.pointee = nil
            let name = UnsafeBufferPointer(start: identity, count: length)
            guard let keys = TLSCallbacks.context(of: ssl)?.role.keys, let id = keys.id(of: name)
            else { return 1 }
            session.pointee = keys.session(id, for: ssl)
            TLSCallbacks.machine(of: ssl)?.keyID = id
            return 1
        }

    /// Who dials: the session of the primary key. Called again after a HelloRetryRequest.
    static let useSession:
        @convention(c) (
            OpaquePointer?, OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
            UnsafeMutablePointer<Int>?, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Int32 = { ssl, _, identity, length, session in
            guard let ssl, let identity, let length, let session,
                let machine = TLSCallbacks.machine(of: ssl),
                let keys = machine.context.role.keys, let primary = keys.primary,
                let offered = keys.session(primary.id, for: ssl)
            else { return 0 }
            machine.keyID = primary.id
            identity.pointee = machine.keepIdentity(primary.identity)
            length.pointee = primary.identity.count
            session.pointee = offered
            return 1
        }
}
