internal import Glibc
package import NIOCore

/// A fleet whose scaler starts and ends servers beside those that the fleet has started itself.
extension Fleet {
    /// Policies that its scaler can be switched between: how many servers each wants.
    package enum Scale: String, CaseIterable, Sendable {
        case few, many

        package var servers: Int { self == .few ? 1 : 3 }
    }

    var policyFile: String { "\(folder)/policy.yaml" }

    /// Starts a scaler that decides by this policy and does nothing; returns once it is in the cluster.
    package func startWatchingScaler(policy: String) async throws -> Node {
        let scaler = try await start(.scaler, flags: ["--policy", policy, "--dry-run"])
        try await settled()
        try await until("the scaler's admin port") { scaler.address(of: "admin") != nil }
        return scaler
    }

    /// Starts a scaler, and waits for its first servers.
    package func startScaler() async throws {
        try write(.few)
        try await start(.scaler, flags: ["--policy", policyFile])
        scaled = Scale.few.servers
        try await settled()
    }

    /// Switches the policy as an operator does, by one word in the file, and waits until there are as
    /// many servers as it wants.
    package func scale(_ scale: Scale, within time: TimeAmount = .seconds(60)) async throws {
        try write(scale)
        scaled = scale.servers
        try await settled(within: time)
    }

    private func write(_ scale: Scale) throws {
        let policies = Scale.allCases.map { "\($0.rawValue): {fixed: \($0.servers)}" }
        let text = """
            apiVersion: hokmd/v1
            kind: ScalingPolicy
            policy: \(scale.rawValue)
            limits: {min: 1, max: 4, maxUp: 4, maxDown: 4}
            capacity: {playersPerInstance: 1000}
            guards: {flap: {budget: 1000, per: 1h, then: widen}}
            policies: {\(policies.joined(separator: ", "))}

            """
        // Another file in its place, so that nobody reads half of it.
        let aside = "\(policyFile).new"
        guard let stream = fopen(aside, "w") else {
            throw IOError(errnoCode: errno, reason: aside)
        }
        let isWritten = fputs(text, stream) >= 0
        guard fclose(stream) == 0, isWritten, rename(aside, policyFile) == 0 else {
            throw IOError(errnoCode: errno, reason: policyFile)
        }
    }
}
