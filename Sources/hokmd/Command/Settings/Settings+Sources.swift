import YAML

extension Settings {
    /// Reads flags, variables and the file that they name: a flag beats the variable beats the file.
    ///
    /// `variable` answers for an environment variable, `read` brings a file's bytes.
    init(
        flags arguments: [String],
        variable: (String) -> String?,
        read: (String) throws(SettingsError) -> [UInt8]
    ) throws(SettingsError) {
        let flags = try FlagParser(arguments, table: Self.table + Self.testTable)
        // Twice: first for the file's name, and so that what is wrong on the command line is said
        // before what is wrong in the file; then to win over the file.
        self.init()
        try apply(variable)
        try apply(flags)
        guard let file = config?.text else {
            try requireTest(variable)
            return
        }
        let bytes = try read(file)
        self.init()
        do {
            try apply(YAMLNode.parse(bytes.span, file: file))
        } catch {
            throw .file(error)
        }
        try apply(variable)
        try apply(flags)
        try requireTest(variable)
    }

    private mutating func apply(_ flags: FlagParser) throws(SettingsError) {
        for (setting, values) in flags.given {
            do {
                try setting.apply(&self, values)
            } catch {
                throw .flag("\(setting.flag): \(error.reason)")
            }
        }
    }

    private mutating func apply(_ variable: (String) -> String?) throws(SettingsError) {
        for setting in Self.table + Self.testTable {
            // An empty variable is an unset one: so compose files and unit files say "nothing".
            guard let text = variable(setting.variable), !text.isEmpty else { continue }
            let values =
                setting.arity == .list ? text.split(separator: ",").map(String.init) : [text]
            do {
                try setting.apply(&self, values)
            } catch {
                throw .variable("\(setting.variable): \(error.reason)")
            }
        }
    }

    /// An empty file says nothing, and that is allowed.
    private mutating func apply(_ root: YAMLNode?) throws(YAMLError) {
        guard let root, !root.isNull else { return }
        let known = Self.table.filter(\.inFile)
        for entry in try root.mapping(knowing: known.map(\.name)) {
            guard let setting = known.first(where: { $0.name == entry.key }) else { continue }
            let nodes = setting.arity == .list ? try entry.value.sequence() : [entry.value]
            var texts: [String] = []
            for node in nodes { texts.append(try node.string()) }
            do throws(InvalidValue) {
                try setting.apply(&self, texts)
            } catch {
                let mark = nodes.isEmpty ? entry.value.mark : nodes[error.index].mark
                throw YAMLError(at: mark, "\(setting.name): \(error.reason)")
            }
        }
    }
}
