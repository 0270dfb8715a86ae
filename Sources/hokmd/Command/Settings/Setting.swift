/// One option: a row of `Settings.table`.
struct Setting: Sendable {
    /// How many values there are.
    enum Arity: Sendable {
        case one
        /// A value that is true or false; the flag alone means true.
        case truth
        /// Any number: a repeated flag, commas in the variable, a list in the file.
        case list
    }

    /// `log-level`: the key in the file, and after `--` the flag.
    let name: String
    let arity: Arity
    /// What a value looks like: `HOST:PORT`.
    let placeholder: String
    /// The value when nothing is said, as one would write it; `nil` if there is no such text.
    let defaultText: String?
    /// In words, where there is no such text.
    let absent: String?
    /// One or more sentences; `code` in backticks.
    let help: String
    /// Whether the file may say it.
    let inFile: Bool
    /// Reads the values and puts them in place of what was there.
    let apply: @Sendable (inout Settings, [String]) throws(InvalidValue) -> Void

    var flag: String { "--\(name)" }
    var variable: String { "HOKMD_" + name.uppercased().map { $0 == "-" ? "_" : "\($0)" }.joined() }
}

extension Setting {
    /// An option that always has a value.
    init<Value: SettingValue>(
        _ name: String, _ path: any WritableKeyPath<Settings, Value> & Sendable, _ help: String
    ) {
        self.init(
            name: name, arity: Value.self == Bool.self ? .truth : .one,
            placeholder: Value.placeholder, defaultText: Settings()[keyPath: path].text,
            absent: nil, help: help, inFile: true
        ) { settings, values throws(InvalidValue) in
            settings[keyPath: path] = try Value(text: try Setting.single(values))
        }
    }

    /// An option whose value has bounds.
    init<Value: SettingValue & Comparable>(
        _ name: String, _ path: any WritableKeyPath<Settings, Value> & Sendable,
        in range: ClosedRange<Value>, _ help: String
    ) {
        let bounds = "from \(range.lowerBound.text) to \(range.upperBound.text)"
        self.init(
            name: name, arity: .one, placeholder: Value.placeholder,
            defaultText: Settings()[keyPath: path].text, absent: nil,
            help: "\(help) \(bounds.prefix(1).uppercased() + bounds.dropFirst()).", inFile: true
        ) { settings, values throws(InvalidValue) in
            let text = try Setting.single(values)
            let value = try Value(text: text)
            guard range.contains(value) else { throw InvalidValue("\(text) is not \(bounds)") }
            settings[keyPath: path] = value
        }
    }

    /// An option that may be left out; `absent` says what then holds.
    init<Value: SettingValue>(
        _ name: String, optional path: any WritableKeyPath<Settings, Value?> & Sendable,
        absent: String,
        inFile: Bool = true, _ help: String
    ) {
        self.init(
            name: name, arity: .one, placeholder: Value.placeholder, defaultText: nil,
            absent: absent, help: help, inFile: inFile
        ) { settings, values throws(InvalidValue) in
            settings[keyPath: path] = try Value(text: try Setting.single(values))
        }
    }

    /// An option that may be given several times; `absent` says what none means.
    init<Value: SettingValue>(
        _ name: String, list path: any WritableKeyPath<Settings, [Value]> & Sendable,
        absent: String,
        _ help: String
    ) {
        self.init(
            name: name, arity: .list, placeholder: Value.placeholder, defaultText: nil,
            absent: absent, help: help, inFile: true
        ) { settings, values throws(InvalidValue) in
            var list: [Value] = []
            for (index, text) in values.enumerated() {
                do throws(InvalidValue) {
                    list.append(try Value(text: text))
                } catch {
                    throw InvalidValue(error.reason, index: index)
                }
            }
            settings[keyPath: path] = list
        }
    }

    private static func single(_ values: [String]) throws(InvalidValue) -> String {
        guard values.count == 1 else { throw InvalidValue("one value is wanted, not a list") }
        return values[0]
    }
}
