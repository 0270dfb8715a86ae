import YAML

/// Why a node does not start as told; one line for whoever told it.
enum SettingsError: Error, Equatable, CustomStringConvertible {
    /// A flag is unknown, lacks its value or has a bad one.
    case flag(String)
    /// A `HOKMD_…` variable has a bad value.
    case variable(String)
    /// The file cannot be read.
    case unreadable(file: String, reason: String)
    /// Something in the file.
    case file(YAMLError)

    var description: String {
        switch self {
        case .flag(let reason), .variable(let reason): reason
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .file(let error): error.description
        }
    }
}
