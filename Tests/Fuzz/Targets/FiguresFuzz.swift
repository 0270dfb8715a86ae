import Link
import Wire

enum FiguresFuzz {
    /// What is decoded is encoded to the same again.
    static func decode(_ bytes: [UInt8]) {
        if let figures = try? NodeFigures(decoding: bytes.span.bytes) {
            let again = figures.encode()
            precondition(
                (try? NodeFigures(decoding: again.span.bytes)) == figures,
                "figures are not what they were encoded from")
        }
        if let word = try? ScalerWord(decoding: bytes.span.bytes) {
            let again = word.encode()
            precondition(
                (try? ScalerWord(decoding: again.span.bytes)) == word,
                "a word is not what it was encoded from")
        }
        if let weight = try? ServerWeight.decode(bytes.span.bytes) {
            precondition(weight <= ServerWeight.max, "a weight has its bound")
        }
    }
}
