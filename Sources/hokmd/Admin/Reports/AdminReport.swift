package import JSON

/// A value that the admin port shows, plain data, written as JSON.
package protocol AdminReport: Equatable, Sendable {
    /// Writes one JSON value.
    func write(to writer: inout JSONWriter)
}

extension AdminReport {
    /// The report as JSON text.
    package var json: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        write(to: &writer)
        return writer.bytes
    }
}

extension JSONWriter {
    mutating func member(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }

    mutating func member(_ key: StaticString, _ value: (some FixedWidthInteger)?) {
        self.key(key)
        if let value { int(value) } else { null() }
    }

    mutating func member(_ key: StaticString, flag value: Bool) {
        self.key(key)
        bool(value)
    }

    mutating func member(_ key: StaticString, number value: Double) {
        self.key(key)
        double(value)
    }

    mutating func member(_ key: StaticString, list values: [String]) {
        self.key(key)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    mutating func member(_ key: StaticString, reports: [some AdminReport]) {
        self.key(key)
        beginArray()
        for report in reports { report.write(to: &self) }
        endArray()
    }

    mutating func member(_ key: StaticString, report: (some AdminReport)?) {
        self.key(key)
        if let report { report.write(to: &self) } else { null() }
    }
}
