/// Reads one JSON text in place: the caller asks for what it expects, nothing is built in between.
///
/// `init` checks the whole text first (`JSONGrammar`): a scanner that exists never meets a syntax
/// error. What remains to go wrong is a value of another kind or size than was asked for. Nothing
/// is allocated but the `String`s that a caller asks for.
///
///     var scanner = try JSONScanner(frame)
///     try scanner.enterObject()
///     while scanner.nextMember() {
///         if scanner.key(is: "seat") { seat = try scanner.int() }
///     }
///
/// A value that was not read is skipped. After a read that threw, the value is still there and may
/// be read as something else. Members come in the order of the text, also those that are named
/// twice: to a loop like the one above the last one counts, as to browsers.
package struct JSONScanner: ~Escapable {
    /// What `depthMax` is unless given: no message of ours nests deeper than four.
    package static let depthMaxDefault = 16

    /// Where the scanner stands; `position` is the index of the byte that the case speaks of.
    private enum Place {
        case beforeValue
        /// Just inside an opening bracket.
        case opened
        case afterValue
    }

    let bytes: RawSpan
    /// Index of the next byte to be read; before a value, of the value's first byte.
    private(set) var position = 0
    private var place = Place.beforeValue
    /// Index just after the opening quote of the last key.
    private var keyStart = 0

    /// `depthMax` is 0...64, where 0 allows no array or object at all. Throws `.syntax` or `.tooDeep`.
    @_lifetime(copy bytes)
    package init(
        _ bytes: RawSpan, depthMax: Int = JSONScanner.depthMaxDefault
    ) throws(JSONError) {
        var grammar = JSONGrammar(bytes, depthMax: depthMax)
        try grammar.check()
        self.bytes = bytes
        skipSpace()
    }

    /// The kind of the value that is to be read next; nil where no value is waiting.
    package var kind: JSONKind? {
        guard place == .beforeValue else { return nil }
        switch bytes.byte(position) {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: return .number
        }
    }

    /// Steps into the object that is the next value. Leave it by `nextMember` until it says false.
    @_lifetime(self: copy self)
    package mutating func enterObject() throws(JSONError) {
        try expect(.object)
        position += 1
        place = .opened
    }

    /// Steps into the array that is the next value. Leave it by `nextElement` until it says false.
    @_lifetime(self: copy self)
    package mutating func enterArray() throws(JSONError) {
        try expect(.array)
        position += 1
        place = .opened
    }

    /// Goes to the next member of the object that was entered last; false at its end, which is
    /// then behind the scanner.
    @_lifetime(self: copy self)
    package mutating func nextMember() -> Bool {
        guard advance() else { return false }
        // A string and a colon in an object; nothing of the kind in an array, whose elements are
        // then members with empty keys rather than a trap.
        guard bytes.byte(position) == UInt8(ascii: "\"") else { return true }
        keyStart = position + 1
        skipString()
        skipSpace()
        if position < bytes.byteCount, bytes.byte(position) == UInt8(ascii: ":") { position += 1 }
        skipSpace()
        return position < bytes.byteCount
    }

    /// Goes to the next element of the array that was entered last; false at its end, which is
    /// then behind the scanner.
    @_lifetime(self: copy self)
    package mutating func nextElement() -> Bool {
        advance()
    }

    /// Whether the last member's key, escapes undone, is `name`.
    package func key(is name: StaticString) -> Bool {
        text(from: keyStart, is: name)
    }

    /// The last member's key, copied.
    package func key() -> String {
        text(from: keyStart)
    }

    /// Passes over the next value, whatever it is.
    @_lifetime(self: copy self)
    package mutating func skip() {
        guard let kind else { return }
        switch kind {
        case .string: skipString()
        case .object, .array: skipContainer()
        case .null, .bool, .number: skipScalar()
        }
        place = .afterValue
    }

    /// Throws unless the next value is of this kind.
    func expect(_ expected: JSONKind) throws(JSONError) {
        precondition(place == .beforeValue, "no value is waiting: it was read already")
        guard let kind, kind == expected else {
            throw .mismatch(expected: expected, found: kind ?? .null, at: position)
        }
    }

    /// The index after the scalar (not a string) that starts here.
    var scalarEnd: Int {
        var end = position
        while end < bytes.byteCount {
            switch bytes.byte(end) {
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return end
            case let byte where byte.isSpace: return end
            default: end += 1
            }
        }
        return end
    }

    @_lifetime(self: copy self)
    private mutating func advance() -> Bool {
        skip()
        skipSpace()
        guard position < bytes.byteCount else { return false }
        switch bytes.byte(position) {
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            position += 1
            place = .afterValue
            return false
        case UInt8(ascii: ","):
            position += 1
            skipSpace()
        default: break
        }
        place = .beforeValue
        return true
    }

    @_lifetime(self: copy self)
    private mutating func skipScalar() {
        position = scalarEnd
    }

    @_lifetime(self: copy self)
    private mutating func skipString() {
        position += 1
        while bytes.byte(position) != UInt8(ascii: "\"") {
            position += bytes.byte(position) == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
    }

    @_lifetime(self: copy self)
    private mutating func skipContainer() {
        var depth = 0
        repeat {
            switch bytes.byte(position) {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case UInt8(ascii: "\""): skipString()
            default: position += 1
            }
        } while depth > 0
    }

    @_lifetime(self: copy self)
    private mutating func skipSpace() {
        while position < bytes.byteCount, bytes.byte(position).isSpace { position += 1 }
    }
}
