import Policy
import Testing
import YAML

@testable import Scaler

@Suite struct ProvisionerPlanTests {
    private func plan(_ text: String) throws -> ProvisionerPlan {
        let policy = """
            apiVersion: hokmd/v1
            kind: ScalingPolicy
            policy: two
            capacity: {playersPerInstance: 100}
            policies: {two: {fixed: 2}}
            provisioner: \(text)
            """
        let bytes = Array(policy.utf8)
        let read = try ScalingPolicy(bytes.span, file: "p.yaml") { _ in nil }
        return try ProvisionerPlan(read.provisioner)
    }

    @Test func `each kind reads its own settings`() throws {
        #expect(try plan("{type: process}") == .process(ProvisionerPlan.Process()))
        #expect(
            try plan("{type: process, flags: [--bots, strong], stopTime: 5s}")
                == .process(
                    ProvisionerPlan.Process(flags: ["--bots", "strong"], stopTimeMax: .seconds(5))))
        #expect(
            try plan("{type: command, command: [/opt/vm, eu-1], timeout: 90s}")
                == .command(
                    ProvisionerPlan.Script(words: ["/opt/vm", "eu-1"], timeMax: .seconds(90))))
        #expect(
            try plan("{type: systemd, unit: game@.service, systemctl: [sudo, systemctl]}")
                == .systemd(
                    ProvisionerPlan.Units(template: "game@", systemctl: ["sudo", "systemctl"])))
    }

    @Test(arguments: [
        ("{type: docker}", "docker is not supported yet; process, systemd and command are"),
        ("{type: kubernetes}", "kubernetes is not supported yet; process, systemd and command are"),
        ("{type: command}", "a command provisioner needs its command"),
        (
            "{type: process, comand: x}",
            "unknown key 'comand'; known here: type, program, flags, stopTime"
        ),
        ("{type: command, command: x, timeout: 0s}", "0 is not from 1s to 10m"),
        ("{type: systemd, unit: ../x}", "'../x' where a template unit's name belongs"),
    ])
    func `what cannot be is refused with its place`(text: String, reason: String) throws {
        let error = #expect(throws: YAMLError.self) { try plan(text) }
        #expect(error?.reason == reason)
        #expect(error?.mark.line == 6)
    }
}
