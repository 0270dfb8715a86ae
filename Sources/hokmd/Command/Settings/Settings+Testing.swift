import Gossip

/// Options for tests of whole clusters. No list of options names them, the file has none of them,
/// and they are refused unless the environment says that this is a test.
extension Settings {
    /// The variable that says so, with the value 1. Nothing that is installed sets it.
    static let testVariable = "HOKMD_TESTING"

    static let testTable: [Setting] = [
        Setting(
            "time-scale", \.timeScale, in: TimeScale(0.01)...TimeScale(100),
            "Seconds of the world in one of this node's, the same on all nodes.")
    ]

    /// Throws where one of them is in use, and this is no test.
    func requireTest(_ variable: (String) -> String?) throws(SettingsError) {
        guard timeScale != .real, variable(Self.testVariable) != "1" else { return }
        throw .flag("--time-scale is for tests only: it wants \(Self.testVariable)=1")
    }
}

extension TimeScale: SettingValue {
    static var placeholder: String { "FACTOR" }

    init(text: String) throws(InvalidValue) {
        guard let factor = Double(text), factor.isFinite, factor > 0 else {
            throw InvalidValue(text, wanted: "a factor such as 0.2")
        }
        self.init(factor)
    }

    var text: String { "\(factor)" }
}
