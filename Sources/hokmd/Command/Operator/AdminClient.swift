import Admin
import Glibc
import JSON

/// Asks a daemon's admin port: one request, one connection, blocking, as commands do.
struct AdminClient {
    let address: HostPort
    /// What the port demands where it has a token.
    let token: String?

    /// Seconds that connecting, sending or a silence may last. The port itself gives up after 30.
    private static let secondsMax = 35
    /// Bytes of an answer: the longest list of rooms has 3 MB.
    private static let bytesMax = 16 << 20

    struct Answer: Equatable {
        var status: Int
        var body: [UInt8]
    }

    /// What `GET` brings, as JSON. Throws a `Failure` for everything but 200.
    func get(_ path: String) throws(Failure) -> Report {
        try report(of: try ask("GET", path, body: nil))
    }

    /// What `GET` brings, where that is a text for people or for other programs.
    func getText(_ path: String) throws(Failure) -> String {
        let answer = try ask("GET", path, body: nil)
        guard answer.status == 200 else {
            _ = try report(of: answer)
            throw foreign
        }
        return String(decoding: answer.body, as: UTF8.self)
    }

    /// What `POST` brings.
    func post(_ path: String, _ body: JSONValue) throws(Failure) -> Report {
        try report(of: try ask("POST", path, body: body.bytes))
    }

    /// An answer that can be shown to people, or to programs as it came.
    struct Report {
        var value: JSONValue
        var text: String
    }

    private func report(of answer: Answer) throws(Failure) -> Report {
        guard let value = try? JSONValue.parse(answer.body) else { throw foreign }
        guard answer.status == 200 else {
            guard let reason = value["reason"]?.string else { throw foreign }
            throw Failure(.failed, reason)
        }
        var text = String(decoding: answer.body, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return Report(value: value, text: text)
    }

    private var foreign: Failure {
        Failure(.unavailable, "what answers at \(address.text) is no hokmd")
    }

    private func ask(_ method: String, _ path: String, body: [UInt8]?) throws(Failure) -> Answer {
        guard token == nil || Loopback.includes(address.host) else {
            throw Failure(
                .badUsage, "the token would cross the network in the clear to \(address.text)")
        }
        let descriptor = try connect()
        defer { close(descriptor) }
        var request = "\(method) \(path) HTTP/1.1\r\nHost: \(address.text)\r\nConnection: close\r\n"
        if let token { request += "Authorization: Bearer \(token)\r\n" }
        if let body {
            request += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        }
        try send(Array((request + "\r\n").utf8) + (body ?? []), descriptor)
        guard let answer = Self.answer(in: try receive(descriptor)) else { throw foreign }
        return answer
    }

    private func connect() throws(Failure) -> CInt {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0 else {
            throw Failure(.unavailable, "no daemon at \(address.text): no such host")
        }
        defer { freeaddrinfo(list) }
        var reason = SystemError(number: ECONNREFUSED)
        var next = list
        while let candidate = next?.pointee {
            next = candidate.ai_next
            let type = candidate.ai_socktype | CInt(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(candidate.ai_family, type, candidate.ai_protocol)
            guard descriptor >= 0 else { continue }
            // A `struct timeval`: seconds and microseconds, a word each.
            var time = (Self.secondsMax, 0)
            let size = socklen_t(MemoryLayout.size(ofValue: time))
            // On Linux the time for sending bounds connecting too.
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
            if Glibc.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 {
                return descriptor
            }
            reason = .last
            close(descriptor)
        }
        throw Failure(.unavailable, "no daemon at \(address.text): \(reason)")
    }

    private func send(_ bytes: [UInt8], _ descriptor: CInt) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw silence }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(_ descriptor: CInt) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw silence }
            guard count > 0 else { return bytes }
            bytes += part[..<count]
            guard bytes.count <= Self.bytesMax else { throw foreign }
        }
    }

    private var silence: Failure {
        Failure(.unavailable, "the daemon at \(address.text) does not answer: \(SystemError.last)")
    }

    /// Reads a whole answer of HTTP/1.1 with a `Content-Length`, as the admin port sends it.
    static func answer(in bytes: [UInt8]) -> Answer? {
        guard let end = bytes.firstIndex(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return nil
        }
        let body = bytes[(end + 4)...]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            guard let length = Int(parts[1].drop { $0 == " " }), length == body.count else {
                return nil
            }
        }
        return Answer(status: status, body: Array(body))
    }
}

extension [UInt8] {
    /// Where these bytes stand first.
    fileprivate func firstIndex(of pattern: [UInt8]) -> Int? {
        guard count >= pattern.count else { return nil }
        return (0...count - pattern.count).first {
            self[$0..<$0 + pattern.count].elementsEqual(pattern)
        }
    }
}
