internal import COpenSSL
internal import Glibc

/// From when until when a certificate is good, in seconds since 1970.
package struct CertificateValidity: Equatable, Sendable {
    package var from: Int64
    package var until: Int64

    package init(from: Int64, until: Int64) {
        self.from = from
        self.until = until
    }

    /// Nil for dates that are none.
    init?(_ certificate: OpaquePointer) {
        guard let from = Self.seconds(X509_get0_notBefore(certificate)),
            let until = Self.seconds(X509_get0_notAfter(certificate))
        else { return nil }
        self.from = from
        self.until = until
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Int64(timegm(&parts))
    }
}
