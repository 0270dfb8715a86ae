/// How many characters of a file's text an error shows.
private let shownMax = 40

/// Text from a file for an error's reason: in quotation marks, clipped, control characters escaped,
/// so that the reason stays one line and cannot drive a terminal.
package func quoted(_ text: some StringProtocol) -> String {
    var shown = "'"
    for (count, scalar) in text.unicodeScalars.enumerated() {
        guard count < shownMax else { return shown + "…'" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        default:
            shown.unicodeScalars.append(scalar)
        }
    }
    return shown + "'"
}

/// The word that a misspelt one was meant to be: at most a third of its letters differ.
package func nearest(to word: String, in known: [String]) -> String? {
    guard word.utf8.count <= shownMax else { return nil }
    let ranked = known.map { (word: $0, distance: editDistance(word, $0)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }),
        best.distance <= max(1, word.count / 3)
    else { return nil }
    return best.word
}

/// Levenshtein's distance: how many letters to insert, remove or replace.
private func editDistance(_ source: String, _ target: String) -> Int {
    let target = Array(target)
    var row = Array(0...target.count)
    for (index, letter) in source.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in target.indices {
            let replaced = diagonal + (letter == target[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[target.count]
}
