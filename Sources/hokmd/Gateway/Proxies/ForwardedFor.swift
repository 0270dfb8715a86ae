internal import Gossip
internal import NIOHTTP1

/// `X-Forwarded-For`: each proxy adds behind a comma whom it had the request from.
enum ForwardedFor {
    /// The client: the last address that is none of our proxies'. What stands in front of it may be
    /// the client's own invention.
    ///
    /// - Parameter isTrusted: whether an address is one of our proxies.
    /// - Returns: `nil` where nothing is said, or what is said is no address.
    static func client(_ headers: HTTPHeaders, isTrusted: (Address) -> Bool) -> Address? {
        var client: Address?
        for word in headers[canonicalForm: "x-forwarded-for"].reversed() {
            guard let address = address(word) else { return client }
            client = address
            guard isTrusted(address) else { return client }
        }
        return client
    }

    /// An address, or one with a port: `192.0.2.7:1234`, `[2001:db8::7]:1234`.
    private static func address(_ word: Substring) -> Address? {
        if let address = Address(host: String(word), port: 0) { return address }
        if word.hasPrefix("["), let end = word.firstIndex(of: "]") {
            return Address(host: String(word[..<end].dropFirst()), port: 0)
        }
        guard let colon = word.lastIndex(of: ":") else { return nil }
        return Address(host: String(word[..<colon]), port: 0)
    }
}
