/// What a scaler is started with, beside its policy.
package struct ScalerSettings: Equatable, Sendable {
    /// Names of instances are this and a number.
    package var namePrefix = "auto-"
    /// Decides and records, and does nothing, whatever the policy's mode.
    package var isDryRun = false
    /// Whether the provisioner can launch a version by name. Without it a roll-back launches what the
    /// provisioner has, which should then be the former version again.
    package var choosesVersion = false
    /// From one look at the figures, and one decision, to the next.
    package var decideEvery = Duration.seconds(1)
    /// From one list of the provisioner's instances to the next.
    package var listEvery = Duration.seconds(5)
    /// Without a list for so long the scaler acts not: it would not see what it does.
    package var listStaleAfter = Duration.seconds(30)
    /// A scaler of a lower id that spoke so lately is not taken over from.
    package var yieldFor = Duration.seconds(3)
    /// Who begins to act may not have met all members yet: for so long, one that it never saw is not
    /// taken to be gone.
    package var meetWithin = Duration.seconds(10)
    /// An action without an outcome for so long is asked for again.
    package var outcomeWithin = Duration.seconds(30)
    /// From a failed action to the next attempt; doubles up to `retryMax`.
    package var retryFirst = Duration.seconds(2)
    package var retryMax = Duration.seconds(60)
    /// A server that is out of reach may still run rooms with its pair: so long as they wait for it
    /// by default, it is not ended.
    package var lostFor = Duration.seconds(660)
    /// A drain that takes longer is an alarm. It is never cut short.
    package var drainAlarmAfter = Duration.seconds(600)
    /// One minute of no change is one record.
    package var recordEvery = Duration.seconds(60)

    package init() {}
}
