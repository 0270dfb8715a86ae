import Admin
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

    static func timestamp(_ nanoseconds: Int64) -> String {
        RFC3339.text(nanoseconds: nanoseconds)
    }
}
