/// Writes families in Prometheus' text format, version 0.0.4.
///
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
enum Exposition {
    /// Families by name; what several say under one name and kind stands together, and of two equal
    /// series the first counts.
    static func text(of families: [MetricFamily]) -> [UInt8] {
        var merged: [String: MetricFamily] = [:]
        for family in families {
            if let present = merged[family.name] {
                guard present.kind == family.kind else { continue }
                merged[family.name]?.samples += family.samples
            } else {
                merged[family.name] = family
            }
        }
        var text: [UInt8] = []
        text.reserveCapacity(16 << 10)
        for name in merged.keys.sorted() {
            guard let family = merged[name], !family.samples.isEmpty else { continue }
            append(family, to: &text)
        }
        return text
    }

    private static func append(_ family: MetricFamily, to text: inout [UInt8]) {
        text += "# HELP \(family.name) ".utf8
        append(escaping: family.help, quotes: false, to: &text)
        text += "\n# TYPE \(family.name) \(family.kind.rawValue)\n".utf8
        var written: Set<Series> = []
        for sample in family.samples {
            guard written.insert(Series(sample)).inserted else { continue }
            text += "\(family.name)\(sample.suffix)".utf8
            if !sample.labels.isEmpty {
                text.append(UInt8(ascii: "{"))
                for (index, label) in sample.labels.enumerated() {
                    if index > 0 { text.append(UInt8(ascii: ",")) }
                    text += "\(label.name)=\"".utf8
                    append(escaping: label.value, quotes: true, to: &text)
                    text.append(UInt8(ascii: "\""))
                }
                text.append(UInt8(ascii: "}"))
            }
            text += " \(number(sample.value))\n".utf8
        }
    }

    private struct Series: Hashable {
        var suffix: String
        var labels: [MetricFamily.Label]

        init(_ sample: MetricFamily.Sample) {
            suffix = sample.suffix
            labels = sample.labels
        }
    }

    private static func append(escaping text: String, quotes: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\"") where quotes: bytes += "\\\"".utf8
            default: bytes.append(byte)
            }
        }
    }

    /// As Go reads it; whole numbers without a fraction, so that they are read as they are meant.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }
}
