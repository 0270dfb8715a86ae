import Testing

@testable import Scaler

@Suite struct InstanceTests {
    @Test(
        arguments: [
            ("auto-7", 7), ("auto-", nil), ("auto-07", nil), ("auto-7x", nil), ("server-7", nil),
            ("auto-99999999999999999999", nil), ("auto-\u{661}", nil),
        ] as [(String, UInt64?)])
    func `only names of the scaler's making have a number`(name: String, serial: UInt64?) {
        #expect(InstanceID(name).serial(prefix: "auto-") == serial)
    }
}
