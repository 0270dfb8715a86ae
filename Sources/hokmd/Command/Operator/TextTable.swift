/// Rows in columns that line up, two spaces apart.
struct TextTable {
    struct Column {
        var title: String
        var isNumber = false

        init(_ title: String, number isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }
    }

    struct Cell {
        var text: String
        var style: TextStyle

        init(_ text: String, _ style: TextStyle = .plain) {
            self.text = text
            self.style = style
        }
    }

    var columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Lines without spaces at their ends.
    func lines(_ style: TerminalStyle) -> [String] {
        let titles = columns.map { Cell($0.title, .heading) }
        let all = [titles] + rows
        let widths = columns.indices.map { index in
            all.map { $0.indices.contains(index) ? TerminalStyle.clean($0[index].text).count : 0 }
                .max() ?? 0
        }
        return all.map { row in
            var line = ""
            var gap = 0
            for (index, cell) in row.enumerated() where index < columns.count {
                let missing = widths[index] - TerminalStyle.clean(cell.text).count
                let before = columns[index].isNumber ? missing : 0
                if !cell.text.isEmpty {
                    line += String(repeating: " ", count: gap + before)
                    line += style.text(cell.text, cell.style)
                    gap = 0
                } else {
                    gap += before
                }
                gap += missing - before + 2
            }
            return line
        }
    }
}
