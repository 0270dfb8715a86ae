import JSON

/// The events that a client saved, in any of the shapes in which it may have done so.
enum SavedEvents {
    struct Fault: Error, Equatable, CustomStringConvertible {
        /// Counted from 1.
        var line: Int
        var reason: String

        var description: String { "line \(line): \(reason)" }
    }

    /// - Returns: the events in order; anything else that a server sends is passed over.
    static func read(_ bytes: [UInt8]) throws(Fault) -> [JSONValue] {
        if let whole = try? JSONValue.parse(bytes), let array = whole.array {
            return array.flatMap(events(in:))
        }
        var found: [JSONValue] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated()
        where !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) {
            do throws(JSONError) {
                found += events(in: try JSONValue.parse(Array(line)))
            } catch { throw Fault(line: index + 1, reason: error.description) }
        }
        return found
    }

    private static func events(in value: JSONValue) -> [JSONValue] {
        if value["type"]?.string == "events" { return value["events"]?.array ?? [] }
        return [value]
    }
}
