package import Policy

/// The figures of one minute: the means of its seconds.
package struct MinuteRecord: Equatable, Sendable {
    /// Since 1970.
    package var minute: Int64
    package var figures: Figures

    package init(minute: Int64, figures: Figures) {
        self.minute = minute
        self.figures = figures
    }

    package var moment: Moment { Moment(seconds: minute * 60) }
}

extension [MinuteRecord] {
    /// As a table; see `MinuteTable.csv`.
    package var csv: String {
        var table = MinuteTable()
        for record in self { table.append(record) }
        return table.csv
    }
}
