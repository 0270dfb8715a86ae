package import Policy

/// An instance that a provisioner says exists.
package struct ListedInstance: Equatable, Sendable {
    package var id: InstanceID
    /// When it was launched, where the provisioner knows.
    package var launchedAt: Moment?
    /// What it runs, where the provisioner knows.
    package var version: String?

    package init(id: InstanceID, launchedAt: Moment? = nil, version: String? = nil) {
        self.id = id
        self.launchedAt = launchedAt
        self.version = version
    }
}
