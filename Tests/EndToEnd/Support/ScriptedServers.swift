import Glibc
import Testing

/// Servers that a `command` provisioner's script starts, in a folder of their own: the cloud of a
/// test. What it was asked and what it did stands in files.
final class ScriptedServers {
    private let folder: TemporaryFolder

    /// The version that servers of the program under test say they have.
    static let goodVersion = "0.1.0"

    init() throws {
        folder = try TemporaryFolder()
        let good = "\(folder.path)/release-\(Self.goodVersion)"
        #expect(symlink(ServerProcess.binary, good) == 0)
        try release(Self.goodVersion)
        try write(Self.script(in: folder.path), to: command, mode: 0o755)
    }

    deinit {
        for pid in running.values { kill(pid, SIGKILL) }
    }

    var command: String { "\(folder.path)/servers" }

    func file(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// What launches bring that name no version.
    func release(_ version: String) throws { try write("\(version)\n", to: file("newest")) }

    /// A release that does this instead of serving.
    func makeRelease(_ version: String, doing words: String) throws {
        try write("#!/bin/sh\n\(words)\n", to: file("release-\(version)"), mode: 0o755)
    }

    /// While held, a launch that was begun goes no further.
    func hold() throws { try write("", to: file("hold")) }
    func goOn() { unlink(file("hold")) }

    /// Each as `launch NAME VERSION`.
    var calls: [String] { lines(of: file("calls")) }
    /// Names, in the order of their starting.
    var started: [String] { lines(of: file("started")) }

    /// The numbers of the processes that run, by their names.
    var running: [String: pid_t] {
        var found: [String: pid_t] = [:]
        for name in Set(started) {
            guard let pid = lines(of: file("\(name)/pid")).first.flatMap({ pid_t($0) }),
                // Never another process that has its number by now.
                lines(of: "/proc/\(pid)/environ").contains(where: {
                    $0.contains("TEST_FOLDER=\(folder.path)")
                })
            else { continue }
            found[name] = pid
        }
        return found
    }

    private static func script(in folder: String) -> String {
        """
        #!/bin/sh
        folder='\(folder)'
        printf '%s %s %s\\n' "$1" "$2" "$HOKMD_VERSION" >>"$folder/calls"
        runs() {
            case "$(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null)" in "" | Z | X) return 1 ;; esac
        }
        case "$1" in
        launch)
            # Whoever is first starts it; the others find it started.
            if ! mkdir "$folder/$2" 2>/dev/null; then
                while [ ! -e "$folder/$2/pid" ]; do sleep 0.05; done
                exit 0
            fi
            while [ -e "$folder/hold" ]; do sleep 0.05; done
            version="${HOKMD_VERSION:-$(cat "$folder/newest")}"
            echo "$version" >"$folder/$2/version"
            join="$(echo ",$HOKMD_JOIN" | sed 's/,/ --join /g')"
            echo "$2" >>"$folder/started"
            # shellcheck disable=SC2086
            env -i PATH="$PATH" SWIFT_BACKTRACE=enable=no TEST_FOLDER="$folder" \\
                setsid "$folder/release-$version" --mode server --name "$2" --bot-think 0 \\
                --gossip 127.0.0.1:0 --link 127.0.0.1:0 --admin 127.0.0.1:0 $join \\
                </dev/null >"$folder/$2/log" 2>&1 &
            echo "$!" >"$folder/$2/new"
            mv "$folder/$2/new" "$folder/$2/pid"
            ;;
        list)
            for pid in "$folder"/auto-*/pid; do
                [ -e "$pid" ] && runs "$(cat "$pid")" || continue
                server="${pid%/pid}"
                echo "${server##*/} - $(cat "$server/version")"
            done
            ;;
        terminate)
            [ -e "$folder/$2/pid" ] || exit 0
            pid="$(cat "$folder/$2/pid")"
            runs "$pid" && kill "$pid"
            while runs "$pid"; do sleep 0.05; done
            ;;
        esac
        """
    }
}
