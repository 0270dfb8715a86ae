internal import Glibc

/// A program to start: in a session of its own, with none of our descriptors, and with every signal
/// as a program expects it, whatever we do with ours.
struct Spawning {
    /// With a slash, or looked for in PATH.
    var program: String
    /// Without the program's own name.
    var arguments: [String]
    /// `NAME=value`; nothing of ours comes along by itself.
    var environment: [String]
    /// Descriptors of ours that become its 0, 1 and 2; nil for /dev/null.
    var input: CInt?
    var output: CInt?
    var errors: CInt?

    /// The new process's number. Whoever starts it waits for its end.
    func start() throws(SystemFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [(CInt(0), input), (1, output), (2, errors)] {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, target)
            } else {
                posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
            }
        }
        for descriptor in Self.openDescriptors where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = Self.newSession | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let failure = posix_spawnp(&pid, program, &actions, &attributes, words, variables)
        guard failure == 0 else { throw SystemFailure(failure) }
        return pid
    }

    /// POSIX_SPAWN_SETSID of spawn.h, which Glibc's module leaves out.
    private static let newSession: CInt = 0x80

    /// Those of this process. One that is opened meanwhile has O_CLOEXEC, or is a pipe of
    /// `pipe`, for a moment.
    private static var openDescriptors: [CInt] {
        guard let folder = opendir("/proc/self/fd") else { return [] }
        defer { closedir(folder) }
        var descriptors: [CInt] = []
        while let entry = readdir(folder) {
            let number = withUnsafeBytes(of: entry.pointee.d_name) { name in
                CInt(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
            }
            if let number { descriptors.append(number) }
        }
        return descriptors
    }

    /// A pipe whose ends no child gets by itself. Glibc's module leaves `pipe2` out.
    static func pipe() throws(SystemFailure) -> (read: CInt, write: CInt) {
        var ends: [CInt] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw .last }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// These of our own variables, where they are set.
    static func inherited(_ names: [String]) -> [String] {
        names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
    }
}

/// A system call's refusal.
struct SystemFailure: Error, Equatable, CustomStringConvertible {
    let number: CInt

    init(_ number: CInt) { self.number = number }

    static var last: SystemFailure { SystemFailure(errno) }

    /// In lower case, to stand after a colon.
    var description: String {
        let text = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
