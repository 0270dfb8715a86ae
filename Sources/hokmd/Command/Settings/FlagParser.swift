import YAML

/// Takes a command line apart by the table: which options it names, with which values.
struct FlagParser {
    /// The options named, in order, with what they were given.
    private(set) var given: [(setting: Setting, values: [String])] = []

    init(_ arguments: [String], table: [Setting] = Settings.table) throws(SettingsError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                throw .flag("\(quoted(argument)) is neither a command nor a flag")
            }
            let parts = argument.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts[0])
            guard let setting = table.first(where: { $0.flag == flag }) else {
                throw .flag(Self.unknown(flag, in: table))
            }
            if parts.count == 2 {
                try add(setting, String(parts[1]))
            } else if setting.arity == .truth {
                try add(setting, true.text)
            } else {
                guard let value = rest.first, !value.hasPrefix("--") else {
                    throw .flag("\(flag) needs a value: \(flag) \(setting.placeholder)")
                }
                rest.removeFirst()
                try add(setting, value)
            }
        }
    }

    private mutating func add(_ setting: Setting, _ value: String) throws(SettingsError) {
        guard let index = given.firstIndex(where: { $0.setting.name == setting.name }) else {
            given.append((setting, [value]))
            return
        }
        guard setting.arity == .list else { throw .flag("\(setting.flag) is given twice") }
        given[index].values.append(value)
    }

    private static func unknown(_ flag: String, in table: [Setting]) -> String {
        let hint = nearest(to: flag, in: table.map(\.flag)).map { "did you mean \($0)?" }
        return "unknown flag \(quoted(flag)); \(hint ?? "hokmd --help lists them")"
    }
}
