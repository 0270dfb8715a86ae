/// Checks that bytes are one JSON text, all of it, and nothing else (RFC 8259).
///
/// Stricter than the RFC allows a parser to be in one point: a byte order mark is refused. Objects
/// may name a member twice; whoever reads them decides. It keeps no stack but one bit a level, so
/// it allocates nothing and cannot overflow.
struct JSONGrammar: ~Escapable {
    /// The deepest nesting that the bit stack can hold.
    static let depthLimit = 64

    private let bytes: RawSpan
    private let depthMax: Int
    private var position = 0
    private var depth = 0
    /// One bit a level, the innermost lowest: 1 for an object, 0 for an array.
    private var levels: UInt64 = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, depthMax: Int) {
        precondition((0...Self.depthLimit).contains(depthMax), "a depth is 0...64")
        self.bytes = bytes
        self.depthMax = depthMax
    }

    @_lifetime(self: copy self)
    mutating func check() throws(JSONError) {
        repeat {
            try checkValueStart()
        } while try continues()
        guard position == bytes.byteCount else { throw .syntax(.trailingBytes, at: position) }
    }

    /// Reads a scalar whole, or opens containers until the first value inside one, or until an
    /// empty one has closed.
    @_lifetime(self: copy self)
    private mutating func checkValueStart() throws(JSONError) {
        while true {
            skipSpace()
            switch try current() {
            case UInt8(ascii: "{"):
                try open(object: true)
                if try current() == UInt8(ascii: "}") { return }
                try checkKey()
            case UInt8(ascii: "["):
                try open(object: false)
                if try current() == UInt8(ascii: "]") { return }
            case UInt8(ascii: "\""): return try checkString()
            case UInt8(ascii: "t"): return try checkLiteral("true")
            case UInt8(ascii: "f"): return try checkLiteral("false")
            case UInt8(ascii: "n"): return try checkLiteral("null")
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try checkNumber()
            default: throw .syntax(.unexpectedByte, at: position)
            }
        }
    }

    /// Closes what ends here; true when another value must follow.
    @_lifetime(self: copy self)
    private mutating func continues() throws(JSONError) -> Bool {
        while true {
            skipSpace()
            guard depth > 0 else { return false }
            let inObject = levels & 1 == 1
            switch try current() {
            case UInt8(ascii: "}") where inObject, UInt8(ascii: "]") where !inObject:
                position += 1
                depth -= 1
                levels >>= 1
            case UInt8(ascii: ","):
                position += 1
                skipSpace()
                if inObject { try checkKey() }
                return true
            default:
                throw .syntax(.unexpectedByte, at: position)
            }
        }
    }

    @_lifetime(self: copy self)
    private mutating func open(object: Bool) throws(JSONError) {
        guard depth < depthMax else { throw .tooDeep(at: position) }
        depth += 1
        levels = levels << 1 | (object ? 1 : 0)
        position += 1
        skipSpace()
    }

    @_lifetime(self: copy self)
    private mutating func checkKey() throws(JSONError) {
        guard try current() == UInt8(ascii: "\"") else {
            throw .syntax(.unexpectedByte, at: position)
        }
        try checkString()
        skipSpace()
        guard try current() == UInt8(ascii: ":") else {
            throw .syntax(.unexpectedByte, at: position)
        }
        position += 1
    }

    @_lifetime(self: copy self)
    private mutating func checkLiteral(_ literal: StaticString) throws(JSONError) {
        for index in 0..<literal.utf8CodeUnitCount {
            guard position < bytes.byteCount else { throw .syntax(.endedEarly, at: position) }
            guard bytes.byte(position) == literal.utf8Start[index] else {
                throw .syntax(.badLiteral, at: position)
            }
            position += 1
        }
    }

    @_lifetime(self: copy self)
    private mutating func checkNumber() throws(JSONError) {
        if bytes.byte(position) == UInt8(ascii: "-") { position += 1 }
        if try current() == UInt8(ascii: "0") {
            position += 1
        } else {
            try skipDigits()
        }
        if next(is: UInt8(ascii: ".")) {
            position += 1
            try skipDigits()
        }
        if next(is: UInt8(ascii: "e")) || next(is: UInt8(ascii: "E")) {
            position += 1
            if next(is: UInt8(ascii: "+")) || next(is: UInt8(ascii: "-")) { position += 1 }
            try skipDigits()
        }
        // What may follow a value is checked by whoever asks for it; a digit after a leading zero
        // deserves its own word.
        if position < bytes.byteCount, bytes.byte(position).isDigit {
            throw .syntax(.badNumber, at: position)
        }
    }

    /// At least one digit.
    @_lifetime(self: copy self)
    private mutating func skipDigits() throws(JSONError) {
        guard try current().isDigit else { throw .syntax(.badNumber, at: position) }
        while position < bytes.byteCount, bytes.byte(position).isDigit { position += 1 }
    }

    @_lifetime(self: copy self)
    private mutating func checkString() throws(JSONError) {
        position += 1
        while true {
            let byte = try current()
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"): try checkEscape()
            case 0..<0x20: throw .syntax(.controlCharacter, at: position)
            case 0x20..<0x80: position += 1
            default: try checkMultibyte(lead: byte)
            }
        }
    }

    /// RFC 3629 section 4: no overlong form, no surrogate, nothing above U+10FFFF.
    @_lifetime(self: copy self)
    private mutating func checkMultibyte(lead: UInt8) throws(JSONError) {
        let (count, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (count, second) = (1, 0x80...0xBF)
        case 0xE0: (count, second) = (2, 0xA0...0xBF)
        case 0xED: (count, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (2, 0x80...0xBF)
        case 0xF0: (count, second) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (3, 0x80...0xBF)
        case 0xF4: (count, second) = (3, 0x80...0x8F)
        default: throw .syntax(.badUTF8, at: position)
        }
        let start = position
        position += 1
        guard second.contains(try current()) else { throw .syntax(.badUTF8, at: start) }
        position += 1
        for _ in 1..<count {
            guard (0x80...0xBF).contains(try current()) else { throw .syntax(.badUTF8, at: start) }
            position += 1
        }
    }

    @_lifetime(self: copy self)
    private mutating func checkEscape() throws(JSONError) {
        let start = position
        position += 1
        switch try current() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            switch try checkHex() {
            case 0xDC00...0xDFFF: throw .syntax(.loneSurrogate, at: start)
            case 0xD800...0xDBFF:
                guard try current() == UInt8(ascii: "\\") else {
                    throw .syntax(.loneSurrogate, at: start)
                }
                position += 1
                guard try current() == UInt8(ascii: "u") else {
                    throw .syntax(.loneSurrogate, at: start)
                }
                position += 1
                guard (0xDC00...0xDFFF).contains(try checkHex()) else {
                    throw .syntax(.loneSurrogate, at: start)
                }
            default: break
            }
        default: throw .syntax(.badEscape, at: start)
        }
    }

    @_lifetime(self: copy self)
    private mutating func checkHex() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = try current().hexDigit else {
                throw .syntax(.badEscape, at: position)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    private func current() throws(JSONError) -> UInt8 {
        guard position < bytes.byteCount else { throw .syntax(.endedEarly, at: position) }
        return bytes.byte(position)
    }

    private func next(is byte: UInt8) -> Bool {
        position < bytes.byteCount && bytes.byte(position) == byte
    }

    @_lifetime(self: copy self)
    private mutating func skipSpace() {
        while position < bytes.byteCount, bytes.byte(position).isSpace { position += 1 }
    }
}

extension RawSpan {
    /// The byte at `index`; traps out of bounds, as an array does.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
}

extension UInt8 {
    /// RFC 8259 section 2: the four characters that may stand between tokens.
    @inline(__always)
    var isSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    @inline(__always)
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    @inline(__always)
    var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
