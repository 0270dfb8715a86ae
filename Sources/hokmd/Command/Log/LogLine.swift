import JSON
import Logging

/// What a line of the log says.
struct LogLine {
    /// Nanoseconds since 1970, UTC.
    let time: Int64
    let level: Logger.Level
    /// Lower-case words: `listening`, `member suspect`.
    let event: String
    /// By key.
    let fields: [(key: String, value: String)]

    init(time: Int64, level: Logger.Level, event: String, metadata: Logger.Metadata) {
        self.time = time
        self.level = level
        self.event = event
        fields = metadata.map { ($0.key, "\($0.value)") }.sorted { $0.key < $1.key }
    }

    /// `2026-11-24T08:30:00.250Z info listening players=127.0.0.1:43121`, with a line feed.
    var logfmt: [UInt8] {
        var line = Array("\(Self.timestamp(time)) \(level) ".utf8)
        Self.append(event, to: &line)
        for field in fields {
            line.append(UInt8(ascii: " "))
            line += field.key.utf8.map { Self.isKeyByte($0) ? $0 : UInt8(ascii: "_") }
            line.append(UInt8(ascii: "="))
            if field.value.utf8.allSatisfy(Self.isPlainByte), !field.value.isEmpty {
                line += field.value.utf8
            } else {
                line.append(UInt8(ascii: "\""))
                Self.append(field.value, to: &line)
                line.append(UInt8(ascii: "\""))
            }
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// One object with `time`, `level`, `event` and the fields, with a line feed. A field that is
    /// called like one of the three gets a `_` in front.
    var json: [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.key("time")
        writer.string(Self.timestamp(time))
        writer.key("level")
        writer.string("\(level)")
        writer.key("event")
        writer.string(event)
        for field in fields {
            let taken = ["time", "level", "event"].contains(field.key)
            writer.key(text: taken ? "_\(field.key)" : field.key)
            writer.string(field.value)
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Text without the quotation mark, the backslash and control characters, which get a backslash:
    /// one event stays one line, and no player's text can pass for a line of ours.
    private static func append(_ text: String, to line: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\"".utf8
            case "\\": line += "\\\\".utf8
            case "\n": line += "\\n".utf8
            case "\r": line += "\\r".utf8
            case "\t": line += "\\t".utf8
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    line += "\\u{\(String(scalar.value, radix: 16))}".utf8
                default:
                    line += String(scalar).utf8
                }
            }
        }
    }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"\\=".utf8.contains(byte)
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"=".utf8.contains(byte)
    }

    /// RFC 3339 in UTC, to the millisecond. The date comes from the days since 1970 in the
    /// proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
    static func timestamp(_ nanoseconds: Int64) -> String {
        let (seconds, milliseconds) = (
            floorDivide(nanoseconds, 1_000_000_000),
            floorModulo(nanoseconds, 1_000_000_000) / 1_000_000
        )
        let second = floorModulo(seconds, 86_400)
        let shifted = floorDivide(seconds, 86_400) + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = floorModulo(shifted, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
            + "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
            + ".\(padded(milliseconds, 3))Z"
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        (value - floorModulo(value, divisor)) / divisor
    }

    private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
