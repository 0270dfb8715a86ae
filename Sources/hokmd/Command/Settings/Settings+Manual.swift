extension Settings {
    /// `docs/man/hokmd.yaml.5`: the file's manual page, in mdoc(7).
    static var manual: String {
        var text = """
            .\\" Written from Sources/hokmd/Command/Settings/Settings.swift; change it there.
            .Dd November 25, 2026
            .Dt HOKMD.YAML 5
            .Os
            .Sh NAME
            .Nm hokmd.yaml
            .Nd configuration of hokmd
            .Sh DESCRIPTION
            Every option of
            .Xr hokmd 1
            can stand in the YAML file that
            .Fl -config
            names, for the service
            .Pa /etc/hokmd/hokmd.yaml .
            It can also be a flag or an environment variable: a flag beats the variable beats the file.
            .Pp
            What is unknown or wrong is refused at start, with its line and column;
            .Ic hokmd check --config Ar FILE
            says the same without starting, and looks at the machine too.
            .Pp
            A time is written with its unit:
            .Li 250us , 500ms , 1.5s , 10m , 2h , 7d ;
            only
            .Li 0
            needs none.
            A list is a YAML list, a variable with commas, or a repeated flag.
            .Sh OPTIONS
            .Bl -tag -width Ds

            """
        for setting in table where setting.inFile {
            text += ".It Cm \(setting.name) : Ar \(roff(setting.placeholder))\n"
            text += lines(of: setting.help)
            text += ".br\n"
            let value =
                setting.defaultText.map { $0.isEmpty ? "nothing" : $0 } ?? setting.absent ?? ""
            text += "Default: \(roff(value)).\n"
            text += "Flag\n.Fl -\(setting.name) ,\nvariable\n.Ev \(setting.variable) .\n"
        }
        return text + """
            .El
            .Sh FILES
            .Bl -tag -width Ds
            .It Pa /etc/hokmd/hokmd.yaml
            The configuration of the service, with every option and its default.
            .El
            .Sh EXAMPLES
            A server of a cluster:
            .Bd -literal -offset indent
            mode: server
            name: s1
            key-file: /etc/hokmd/cluster.key
            join: [b1.example:7946, s2.example:7946]
            bootstrap-expect: 3
            .Ed
            .Pp
            A balancer, to which players come by wss:
            .Bd -literal -offset indent
            mode: balancer
            name: b1
            key-file: /etc/hokmd/cluster.key
            join: [s1.example:7946, s2.example:7946]
            bootstrap-expect: 3
            players: 0.0.0.0:8443
            tls-cert: /etc/hokmd/fullchain.pem
            tls-key: /etc/hokmd/privkey.pem
            .Ed
            .Sh SEE ALSO
            .Xr hokmd 1 ,
            .Xr hokmd-policy.yaml 5

            """
    }

    /// A sentence a line, as mdoc(7) wants it; `code` in bold.
    private static func lines(of help: String) -> String {
        var isCode = false
        var text = ""
        for character in help {
            if character == "`" {
                text += isCode ? "\\fP" : "\\fB"
                isCode.toggle()
            } else {
                text += roff(String(character))
            }
        }
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            lines[lines.count - 1] = last.isEmpty ? String(word) : "\(last) \(word)"
            if word.hasSuffix(".") { lines.append("") }
        }
        return lines.filter { !$0.isEmpty }
            // A point or a quotation mark at its beginning would make a request of a line.
            .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)\n" : "\($0)\n" }.joined()
    }

    private static func roff(_ text: String) -> String {
        text.map { $0 == "\\" ? "\\e" : $0 == "…" ? "..." : String($0) }.joined()
    }
}
