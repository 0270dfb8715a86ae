// What a rule would say of figures that nobody measured: for trying rules out.
extension Condition {
    /// Whether it holds; nil where one of these figures is missing.
    package func holds(for figures: Figures, startTime: Duration) -> Bool? {
        let surroundings = Surroundings(
            figures: figures, startTimeSeconds: startTime.inSeconds, quorum: 0)
        guard let left = left.reading(in: surroundings).value,
            let right = right.reading(in: surroundings).value
        else { return nil }
        return compare(left, right)
    }

    /// The figures that it looks at.
    package var figures: Set<Figure> {
        Set(
            Figure.allCases.filter { figure in
                [left, right].contains { side in
                    side.contains {
                        if case .figure(figure, _) = $0 { true } else { false }
                    }
                }
            })
    }
}
