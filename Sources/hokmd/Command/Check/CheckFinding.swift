/// What one look at the configuration or the machine has found.
struct CheckFinding: Equatable {
    enum Outcome: String {
        case ok
        /// A node starts, but not as its operator may think.
        case warning
        /// A node does not start, or cannot be trusted.
        case error

        var style: TextStyle {
            switch self {
            case .ok: .good
            case .warning: .doubtful
            case .error: .bad
            }
        }
    }

    /// A word or two: `key file`, `port players`.
    let subject: String
    let outcome: Outcome
    let text: String

    init(_ subject: String, _ outcome: Outcome, _ text: String) {
        self.subject = subject
        self.outcome = outcome
        self.text = text
    }
}
