package import Policy

/// What the scaler asks of its shell.
package enum ScalerEffect: Equatable, Sendable {
    /// MUST be written into the audit log; answer with `noteAudited`.
    case audit(Action)
    /// MUST be carried out once, idempotently; answer with `noteOutcome`. Its audit was answered.
    case perform(Action)
    /// Asks the provisioner for all its instances; answer with `noteListed` or `noteListFailed`.
    case list(request: UInt64)
    /// MUST go to the other scalers (`noteShared`) and into the state directory, the newest for the
    /// one before. In the order of effects: before what is performed after it.
    case share(ScalerState)
    /// The node is to be given so large a share of new rooms; 0 is none, 1 is usual.
    case weigh(node: String, weight: UInt32)
    /// A decision to keep: all that changed something, and one a minute.
    case record(Decision)
    /// A minute for the history on disk.
    case keep(MinuteRecord)
    case alarm(ScalerAlarm, isRaised: Bool)
}

/// What an operator should look at. Raised and taken back by effects; a report has all that stand.
package enum ScalerAlarm: String, Hashable, CaseIterable, Sendable {
    /// And fewer serve than are wanted.
    case launchesFail = "three launches failed in a row"
    case provisionerSilent = "the provisioner does not list its instances: the scaler acts not"
    case terminationsFail = "an instance does not go though it was ended three times"
    case drainSlow = "an instance has been draining for more than ten minutes"
    case auditFails = "actions cannot be audited, so none is carried out"
    case badRelease = "a version was rolled back"
    case foreignInstances = "the provisioner lists instances that are not the scaler's"
}
