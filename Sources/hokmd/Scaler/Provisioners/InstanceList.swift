internal import Policy

/// What a command prints when it is asked to list: a line a server, `NAME [SECONDS [VERSION]]`. Empty
/// lines and those that begin with `#` say nothing.
enum InstanceList {
    static let linesMax = 20_000

    static func parse(
        _ bytes: [UInt8], of command: String
    ) throws(ProvisionerError) -> [ListedInstance] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .garbled("\(command) list printed what is no text")
        }
        var instances: [ListedInstance] = []
        var names: Set<InstanceID> = []
        for (index, line) in text.split(
            separator: "\n", omittingEmptySubsequences: false
        ).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let name = words.first, !name.hasPrefix("#") else { continue }
            func garbled(_ why: String) -> ProvisionerError {
                .garbled("\(command) list, line \(index + 1): \(why)")
            }
            let id = InstanceID(String(name))
            guard id.isPlain else { throw garbled("no name of a server") }
            guard words.count <= 3 else { throw garbled("more than a name, a time and a version") }
            guard names.insert(id).inserted else { throw garbled("\(id) stands there twice") }
            guard names.count <= linesMax else { throw garbled("more than \(linesMax) servers") }
            var instance = ListedInstance(id: id)
            if words.count > 1, words[1] != "-" {
                guard let seconds = Int64(words[1]), (0..<1 << 40).contains(seconds) else {
                    throw garbled("no time in seconds since 1970, nor -")
                }
                instance.launchedAt = Moment(seconds: seconds)
            }
            if words.count > 2 { instance.version = String(words[2]) }
            instances.append(instance)
        }
        return instances
    }
}
