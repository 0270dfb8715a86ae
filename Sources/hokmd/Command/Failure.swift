import Admin
import ArgumentParser
import Gateway
import Glibc

/// A command that could not do its work: one line for people, and a code from `sysexits.h` for
/// programs.
struct Failure: Error, Equatable {
    enum Code: Int32 {
        case failed = 1
        case badUsage = 64
        case unavailable = 69
        case badConfiguration = 78
    }

    let code: Code
    let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    init(_ error: SettingsError) {
        switch error {
        case .flag, .variable: self.init(.badUsage, error.description)
        case .unreadable, .file: self.init(.badConfiguration, error.description)
        }
    }
}

extension Failure {
    /// Ends the process: help on standard output, what is wrong in one line on standard error.
    static func exit(with error: any Error) -> Never {
        if let failure = error as? Failure { end(failure) }
        if let error = error as? ListenError { end(Failure(.unavailable, error.description)) }
        if let error = error as? AdminStartError {
            end(Failure(.badConfiguration, error.description))
        }
        if let error = error as? AuditKey.FileError {
            end(Failure(.badConfiguration, error.description))
        }
        if let error = error as? AuditFault { end(Failure(.badConfiguration, error.description)) }
        let code = Hokmd.exitCode(for: error)
        if code.isSuccess {
            print(Hokmd.fullMessage(for: error))
        } else {
            say(Hokmd.message(for: error))
        }
        Glibc.exit(code.rawValue)
    }

    private static func end(_ failure: Failure) -> Never {
        say(failure.reason)
        Glibc.exit(failure.code.rawValue)
    }

    private static func say(_ reason: String) {
        let line = reason.split(whereSeparator: \.isNewline).joined(separator: "; ")
        let bytes = Array("hokmd: \(line)\n".utf8)
        write(STDERR_FILENO, bytes, bytes.count)
    }
}
