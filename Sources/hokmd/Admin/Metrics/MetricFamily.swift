/// What is measured under one name, with the values of the moment.
package struct MetricFamily: Equatable, Sendable {
    package enum Kind: String, Equatable, Sendable {
        case counter, gauge, histogram
    }

    package struct Label: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One line of the exposition.
    package struct Sample: Equatable, Sendable {
        /// What stands behind the family's name: `_bucket`, `_sum`, `_count`, or nothing.
        package var suffix: String
        package var labels: [Label]
        package var value: Double

        package init(_ value: Double, labels: [Label] = [], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    /// `hokmd_<noun>_<unit>`; a counter's ends in `_total`.
    package var name: String
    package var kind: Kind
    /// One sentence for people.
    package var help: String
    package var samples: [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// A family of one value.
    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, samples: [Sample(value)])
    }

    /// A family with one label, a value for each of its values.
    package init(
        _ name: String, _ kind: Kind, _ help: String, by label: String,
        _ values: [(String, Double)]
    ) {
        self.init(
            name, kind, help,
            samples: values.map { Sample($0.1, labels: [Label(label, $0.0)]) })
    }
}
