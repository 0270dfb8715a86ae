import Glibc

/// What the machine calls itself.
enum SystemName {
    /// The host's name without its domain; `localhost` if it has none that is a node's name.
    static var host: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let full = String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let name = full.prefix { $0 != "." }
        return (try? NodeName(text: String(name)))?.text ?? "localhost"
    }
}
