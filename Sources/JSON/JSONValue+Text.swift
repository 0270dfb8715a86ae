extension JSONValue {
    /// Reads a whole JSON text; `depthMax` is 0...64. Throws `.syntax`, `.tooDeep`, or `.outOfRange`
    /// for a number that no double can hold.
    package static func parse(
        _ bytes: [UInt8], depthMax: Int = JSONScanner.depthMaxDefault
    ) throws(JSONError) -> JSONValue {
        try parse(bytes.span.bytes, depthMax: depthMax)
    }

    /// Reads a whole JSON text in place.
    package static func parse(
        _ bytes: RawSpan, depthMax: Int = JSONScanner.depthMaxDefault
    ) throws(JSONError) -> JSONValue {
        var scanner = try JSONScanner(bytes, depthMax: depthMax)
        return try value(from: &scanner)
    }

    /// The next value of the scanner, with all that is in it.
    package static func value(from scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        switch scanner.kind {
        case nil, .null:
            scanner.skip()
            return .null
        case .bool: return .bool(try scanner.bool())
        case .string: return .string(try scanner.string())
        case .number: return try number(from: &scanner)
        case .array:
            var elements: [JSONValue] = []
            try scanner.enterArray()
            while scanner.nextElement() { elements.append(try value(from: &scanner)) }
            return .array(elements)
        case .object:
            var members: [Member] = []
            try scanner.enterObject()
            while scanner.nextMember() {
                let key = scanner.key()
                members.append(Member(key, try value(from: &scanner)))
            }
            return .object(members)
        }
    }

    private static func number(from scanner: inout JSONScanner) throws(JSONError) -> JSONValue {
        do {
            return .int(try scanner.int())
        } catch {
            return .double(try scanner.double())
        }
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .int(let value): writer.int(value)
        case .double(let value): writer.double(value)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(text: member.key)
                member.value.write(to: &writer)
            }
            writer.endObject()
        }
    }

    /// The value as JSON text, without spaces.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension JSONValue: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
