import YAML

/// A type that an option's value can have.
protocol SettingValue: Sendable {
    /// What a value looks like, for people: `HOST:PORT`.
    static var placeholder: String { get }
    init(text: String) throws(InvalidValue)
    /// The text that reads back as this value.
    var text: String { get }
}

/// Why a value was refused, without where it stood.
struct InvalidValue: Error, Equatable {
    let reason: String
    /// Which of several values.
    let index: Int

    init(_ reason: String, index: Int = 0) {
        self.reason = reason
        self.index = index
    }

    init(_ text: String, wanted: String) {
        self.init("\(quoted(text)) where \(wanted) belongs")
    }
}

extension Int: SettingValue {
    static var placeholder: String { "N" }

    init(text: String) throws(InvalidValue) {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text)
        else { throw InvalidValue(text, wanted: "a whole number") }
        self = value
    }

    var text: String { String(self) }
}

extension Bool: SettingValue {
    static var placeholder: String { "true|false" }

    init(text: String) throws(InvalidValue) {
        switch text {
        case "true": self = true
        case "false": self = false
        default: throw InvalidValue(text, wanted: "true or false")
        }
    }

    var text: String { self ? "true" : "false" }
}

extension SettingValue where Self: RawRepresentable<String> & CaseIterable {
    static var placeholder: String { allCases.map(\.rawValue).joined(separator: "|") }

    init(text: String) throws(InvalidValue) {
        guard let value = Self(rawValue: text) else {
            throw InvalidValue(text, wanted: "one of \(Self.placeholder)")
        }
        self = value
    }

    var text: String { rawValue }
}
