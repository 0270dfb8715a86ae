extension Settings {
    /// `config/hokmd.yaml`: every option of the file with its default and its meaning.
    static var defaultFile: String {
        var text = """
            # Every option of hokmd with its default. Start with `hokmd --config FILE`; `hokmd check
            # --config FILE` says what is wrong with a file. A flag beats the variable beats the file.

            """
        for setting in table where setting.inFile {
            text += "\n"
            for line in wrapped(setting.help, width: 98) { text += "# \(line)\n" }
            text += "# \(setting.flag) \(setting.placeholder), \(setting.variable)\n"
            switch (setting.defaultText, setting.arity) {
            case (let value?, _): text += "\(setting.name): \(value)\n"
            case (nil, .list): text += "# \(setting.name): [\(setting.placeholder)]\n"
            case (nil, _): text += "# \(setting.name): \(setting.placeholder)\n"
            }
        }
        return text
    }

    /// `docs/configuration.md`.
    static var reference: String {
        var text = """
            # Configuration

            Every option can be given in three ways: as a flag, as an environment variable, or as a
            line of a YAML file that `--config FILE` (or `HOKMD_CONFIG`) names. A flag beats the
            variable beats the file. [config/hokmd.yaml](../config/hokmd.yaml) is such a file, with
            every default.

            What is unknown or wrong is refused at start, in one line on standard error: for a file
            with its line and column. `hokmd check --config FILE` says the same without starting.

            A time is written with its unit: `250us`, `500ms`, `1.5s`, `10m`, `2h`, `7d`; only `0`
            needs none. A list is a repeated flag, a variable with commas, or a YAML list.

            """
        for setting in table {
            text +=
                "\n## `\(setting.name)`\n\n\(wrapped(setting.help, width: 100).joined(separator: "\n"))\n\n"
            text += "| flag | variable | in the file | default |\n|---|---|---|---|\n"
            let placeholder = setting.placeholder.split(separator: "|").joined(separator: "\\|")
            let key =
                switch (setting.inFile, setting.arity) {
                case (false, _): "–"
                case (true, .list): "`\(setting.name): [\(placeholder)]`"
                default: "`\(setting.name): \(placeholder)`"
                }
            let flag = setting.arity == .truth ? setting.flag : "\(setting.flag) \(placeholder)"
            let value = setting.defaultText.map { "`\($0)`" } ?? setting.absent ?? ""
            text += "| `\(flag)` | `\(setting.variable)` | \(key) | \(value) |\n"
        }
        return text + """

            ## Signals and exit codes

            SIGTERM or SIGINT: players are told to reconnect (close code 1012) and the process ends
            with 0 within 5 seconds; a second one ends it at once. SIGHUP reads the configuration
            again and takes over `log-level`, the keys of `key-file` and the certificates; a file that
            is wrong is refused with a line in the log, and nothing changes.

            | exit code | meaning |
            |---|---|
            | 0 | stopped as asked |
            | 1 | it failed while running, or `hokmd check` found something wrong |
            | 64 | a flag or a variable is wrong |
            | 69 | an address to listen on is taken or not ours |
            | 78 | the configuration file is wrong, or a key, token, certificate or policy that it names |

            """
    }

    /// The options for `hokmd --help`.
    static var help: String {
        table.map { setting in
            let usage =
                setting.arity == .truth ? setting.flag : "\(setting.flag) \(setting.placeholder)"
            let value = setting.defaultText ?? setting.absent ?? ""
            let lines = wrapped("\(setting.help) (default: \(value))", width: 72)
            return "  \(usage)\n" + lines.map { "      \($0)\n" }.joined()
        }.joined()
    }

    /// Breaks text into lines at spaces; a word that is too long stands alone.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
