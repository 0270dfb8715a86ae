/// Something that the scaler has done in the world. Carrying it out twice MUST be the same as once:
/// its id says what is to be so, not what is to happen.
package struct Action: Equatable, Sendable {
    package enum Kind: String, Hashable, CaseIterable, Sendable {
        /// At the provisioner: an instance of this name is to exist.
        case launch
        /// At the node: it is to hand over its rooms and leave.
        case drain
        /// At the provisioner: no instance of this name is to exist. That there is none is success.
        case terminate
        /// A version that is given up. Nothing to carry out by itself, only to be audited.
        case rollBack
    }

    /// The same action has the same id whoever asks for it, so a take-over repeats nothing.
    package struct ID: Hashable, Sendable, CustomStringConvertible {
        package let kind: Kind
        /// The instance; of a roll-back, the version.
        package let subject: String

        package init(_ kind: Kind, _ subject: String) {
            self.kind = kind
            self.subject = subject
        }

        /// `launch:auto-12`, also the idempotency key.
        package var description: String { "\(kind.rawValue):\(subject)" }
    }

    package let id: ID
    /// Counts how often it was asked for, from 1.
    package let attempt: Int
    /// What a launch is to run; nil for what the provisioner has newest.
    package let version: String?
    /// For people: the rule or the event behind it.
    package let reason: String

    package init(_ id: ID, attempt: Int = 1, version: String? = nil, reason: String) {
        self.id = id
        self.attempt = attempt
        self.version = version
        self.reason = reason
    }

    /// Nil for a roll-back.
    package var instance: InstanceID? {
        id.kind == .rollBack ? nil : InstanceID(id.subject)
    }

    /// What became of it, as far as the one who carried it out knows.
    package enum Outcome: Equatable, Sendable {
        case done
        case failed(String)
    }
}
