/// Reads Prometheus' text format 0.0.4 more strictly than Prometheus does, and says what is wrong.
struct ExpositionParser {
    struct Fault: Error, CustomStringConvertible {
        var line: Int
        var reason: String
        var description: String { "line \(line): \(reason)" }
    }

    struct Family {
        var kind = ""
        var samples: [(name: String, labels: [String: String], value: Double)] = []
    }

    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        guard text.isEmpty || text.hasSuffix("\n") else { throw Fault(line: 0, reason: "no end") }
        var current: (name: String, line: Int)?
        var seen: Set<String> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().enumerated()
        {
            func fail(_ reason: String) -> Fault { Fault(line: index + 1, reason: reason) }
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, !words[3].isEmpty else { throw fail("empty help") }
                guard families[String(words[2])] == nil else { throw fail("family twice") }
                current = (String(words[2]), index)
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, current?.name == String(words[2]) else {
                    throw fail("type without help")
                }
                guard ["counter", "gauge", "histogram"].contains(String(words[3])) else {
                    throw fail("kind")
                }
                families[String(words[2])] = Family(kind: String(words[3]))
            } else {
                let sample = try Self.sample(line) { fail($0) }
                guard let name = current?.name, let family = families[name] else {
                    throw fail("sample without type")
                }
                let suffixes = family.kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard suffixes.contains(where: { name + $0 == sample.name }) else {
                    throw fail("\(sample.name) is not of \(name)")
                }
                let labels = sample.labels.sorted { $0.key < $1.key }.map {
                    "\($0.key)=\($0.value)"
                }
                let series = sample.name + labels.joined(separator: ",")
                guard seen.insert(series).inserted else { throw fail("series twice") }
                families[name]?.samples.append(sample)
            }
        }
        try checkMeaning()
    }

    /// What the naming conventions and the kinds demand.
    private func checkMeaning() throws {
        for (name, family) in families {
            func fail(_ reason: String) -> Fault { Fault(line: 0, reason: "\(name): \(reason)") }
            guard !family.samples.isEmpty else { throw fail("no samples") }
            guard (family.kind == "counter") == name.hasSuffix("_total") else {
                throw fail("counters, and only they, end in _total")
            }
            if family.kind == "counter" {
                guard family.samples.allSatisfy({ $0.value >= 0 }) else { throw fail("below 0") }
            }
            guard family.kind == "histogram" else { continue }
            let groups = Dictionary(grouping: family.samples) { sample in
                sample.labels.filter { $0.key != "le" }.map { "\($0.key)=\($0.value)" }.sorted()
            }
            for group in groups.values {
                let buckets = group.filter { $0.name.hasSuffix("_bucket") }
                let bounds = buckets.compactMap { $0.labels["le"].flatMap(Self.number) }
                guard bounds.count == buckets.count, bounds.last == .infinity,
                    zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }),
                    zip(buckets, buckets.dropFirst()).allSatisfy({ $0.value <= $1.value }),
                    group.filter({ $0.name.hasSuffix("_count") }).map(\.value)
                        == [buckets.last?.value ?? -1],
                    group.count(where: { $0.name.hasSuffix("_sum") }) == 1
                else { throw fail("buckets") }
            }
        }
    }

    private static func sample(
        _ line: Substring, fail: (String) -> Fault
    ) throws -> (name: String, labels: [String: String], value: Double) {
        var rest = line[...]
        let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == ":" })
        guard let first = name.unicodeScalars.first, name.allSatisfy(\.isASCII),
            !("0"..."9").contains(first)
        else { throw fail("name") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.hasPrefix("{") {
            rest.removeFirst()
            while !rest.hasPrefix("}") {
                let key = String(rest.prefix { $0 != "=" })
                guard !key.isEmpty,
                    key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
                else { throw fail("label") }
                rest = rest.dropFirst(key.count + 1)
                guard rest.popFirst() == "\"" else { throw fail("label quotes") }
                var value = ""
                while let letter = rest.popFirst(), letter != "\"" {
                    guard letter == "\\" else {
                        value.append(letter)
                        continue
                    }
                    switch rest.popFirst() {
                    case "\\": value.append("\\")
                    case "n": value.append("\n")
                    case "\"": value.append("\"")
                    default: throw fail("escape")
                    }
                }
                guard labels.updateValue(value, forKey: key) == nil else {
                    throw fail("label twice")
                }
                if rest.hasPrefix(",") {
                    rest.removeFirst()
                } else if !rest.hasPrefix("}") {
                    throw fail("comma")
                }
            }
            rest.removeFirst()
        }
        guard rest.popFirst() == " ", let value = number(String(rest)) else {
            throw fail("value")
        }
        return (name, labels, value)
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: text.contains(" ") || text.contains("n") || text.contains("x") ? nil : Double(text)
        }
    }
}
