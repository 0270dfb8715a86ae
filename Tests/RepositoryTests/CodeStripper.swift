/// Blanks out comments, the contents of string literals and names in backticks, and keeps the lines,
/// so that a search for a call finds calls.
struct CodeStripper {
    private let source: [UInt8]
    private var position = 0
    private var output: [UInt8] = []

    init(_ text: String) {
        source = Array(text.utf8)
        output.reserveCapacity(source.count)
    }

    mutating func stripped() -> String {
        while position < source.count { code() }
        return String(decoding: output, as: UTF8.self)
    }

    /// One step outside of literals.
    private mutating func code() {
        if starts("//") {
            while position < source.count, source[position] != UInt8(ascii: "\n") { position += 1 }
        } else if starts("/*") {
            blockComment()
        } else if source[position] == UInt8(ascii: "`") {
            position += 1
            skip { $0 == UInt8(ascii: "`") }
            output += "_".utf8
        } else if let pounds = literalStart() {
            literal(pounds: pounds)
        } else {
            output.append(source[position])
            position += 1
        }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                position += 2
            } else if starts("*/") {
                depth -= 1
                position += 2
            } else {
                keepLine()
            }
        } while depth > 0 && position < source.count
    }

    /// The number of `#` before the quotation mark that stands here.
    private func literalStart() -> Int? {
        var index = position
        while index < source.count, source[index] == UInt8(ascii: "#") { index += 1 }
        guard index < source.count, source[index] == UInt8(ascii: "\"") else { return nil }
        return index - position
    }

    private mutating func literal(pounds: Int) {
        position += pounds
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        position += quote.utf8.count
        output += "\"".utf8
        let fence = String(repeating: "#", count: pounds)
        while position < source.count, !starts(quote + fence) {
            if starts("\\\(fence)(") {
                position += 2 + pounds
                interpolation()
            } else if starts("\\\(fence)") {
                position += 1 + pounds
                keepLine()
            } else {
                keepLine()
            }
        }
        position += quote.utf8.count + pounds
        output += "\"".utf8
    }

    /// Code within a literal is code.
    private mutating func interpolation() {
        var depth = 1
        output += "(".utf8
        while position < source.count, depth > 0 {
            switch source[position] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            code()
        }
    }

    private mutating func skip(past isEnd: (UInt8) -> Bool) {
        while position < source.count, !isEnd(source[position]) { keepLine() }
        position += 1
    }

    /// Passes over a byte, but for a line feed.
    private mutating func keepLine() {
        guard position < source.count else { return }
        if source[position] == UInt8(ascii: "\n") { output.append(source[position]) }
        position += 1
    }

    private func starts(_ text: String) -> Bool {
        let bytes = text.utf8
        return position + bytes.count <= source.count
            && source[position..<position + bytes.count].elementsEqual(bytes)
    }
}
