extension JSONScanner {
    /// The next value, a whole number, exactly. A number that is written with a fraction or an
    /// exponent is `.notAnInteger`, even `1.0`; one beyond `Int64` is `.outOfRange`.
    @_lifetime(self: copy self)
    package mutating func int() throws(JSONError) -> Int64 {
        try expect(.number)
        let end = scalarEnd
        var index = position
        let negative = bytes.byte(index) == UInt8(ascii: "-")
        if negative { index += 1 }
        // Checked first: 1e99 and 99999999999999999999.5 are not integers, whatever their size.
        for place in index..<end where !bytes.byte(place).isDigit {
            throw .notAnInteger(at: position)
        }
        var value: Int64 = 0
        while index < end {
            let digit = Int64(bytes.byte(index) - UInt8(ascii: "0"))
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                negative
                ? product.subtractingReportingOverflow(digit)
                : product.addingReportingOverflow(digit)
            guard !overflow, !carry else { throw .outOfRange(at: position) }
            value = sum
            index += 1
        }
        skip()
        return value
    }

    /// The next value, a whole number within `range`; outside of it `.outOfRange`.
    @_lifetime(self: copy self)
    package mutating func int(in range: ClosedRange<Int>) throws(JSONError) -> Int {
        let start = self.position
        try expect(.number)
        var ahead = self
        let value = try ahead.int()
        guard let small = Int(exactly: value), range.contains(small) else {
            throw .outOfRange(at: start)
        }
        skip()
        return small
    }

    /// The next value, a number, rounded to the nearest double; `.outOfRange` where that is infinite.
    @_lifetime(self: copy self)
    package mutating func double() throws(JSONError) -> Double {
        try expect(.number)
        let (start, end) = (position, scalarEnd)
        let text = String(unsafeUninitializedCapacity: end - start) { buffer in
            for index in start..<end {
                buffer.initializeElement(at: index - start, to: bytes.byte(index))
            }
            return end - start
        }
        guard let value = Double(text), value.isFinite else { throw .outOfRange(at: start) }
        skip()
        return value
    }

    @_lifetime(self: copy self)
    package mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        let value = bytes.byte(position) == UInt8(ascii: "t")
        skip()
        return value
    }

    /// Reads a `null` and is true, or leaves a value of any other kind and is false.
    @_lifetime(self: copy self)
    package mutating func null() -> Bool {
        guard kind == .null else { return false }
        skip()
        return true
    }

    /// The next value, a string, escapes undone.
    @_lifetime(self: copy self)
    package mutating func string() throws(JSONError) -> String {
        try expect(.string)
        let value = text(from: position + 1)
        skip()
        return value
    }

    /// Reads a string that is `literal` and is true, or leaves any other string and is false.
    @_lifetime(self: copy self)
    package mutating func string(is literal: StaticString) throws(JSONError) -> Bool {
        try expect(.string)
        guard text(from: position + 1, is: literal) else { return false }
        skip()
        return true
    }

    /// The next value, a string of at most eight ASCII characters, as one word: the first
    /// character in the lowest byte. nil, and the string stays, if it is longer, or holds anything
    /// but U+0001...U+007F.
    @_lifetime(self: copy self)
    package mutating func shortASCII() throws(JSONError) -> UInt64? {
        try expect(.string)
        var text = JSONText(bytes, from: position + 1)
        var (word, shift): (UInt64, UInt64) = (0, 0)
        while let byte = text.next() {
            guard (1..<0x80).contains(byte), shift < 64 else { return nil }
            word |= UInt64(byte) << shift
            shift += 8
        }
        skip()
        return word
    }

    /// What `shortASCII` gives for this text of at most eight ASCII characters.
    package static func word(_ text: StaticString) -> UInt64 {
        text.withUTF8Buffer { buffer in
            precondition(buffer.count <= 8, "a word holds eight characters")
            return buffer.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// The string whose opening quote is just before `start`, copied.
    func text(from start: Int) -> String {
        var end = start
        while bytes.byte(end) != UInt8(ascii: "\"") {
            end += bytes.byte(end) == UInt8(ascii: "\\") ? 2 : 1
        }
        // No escape is shorter than what it stands for.
        return String(unsafeUninitializedCapacity: end - start) { buffer in
            var text = JSONText(bytes, from: start)
            var count = 0
            while let byte = text.next() {
                buffer.initializeElement(at: count, to: byte)
                count += 1
            }
            return count
        }
    }

    /// Whether the string whose opening quote is just before `start` is `literal`.
    func text(from start: Int, is literal: StaticString) -> Bool {
        literal.withUTF8Buffer { buffer in
            var text = JSONText(bytes, from: start)
            for byte in buffer where text.next() != byte { return false }
            return text.next() == nil
        }
    }
}
