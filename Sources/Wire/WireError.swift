/// Why bytes from outside were refused. The bytes themselves are never part of the error: they may
/// hold what a log must not.
package enum WireError: Error, Equatable {
    /// The bytes end before the value does.
    case truncated
    /// A varint is longer than 10 bytes, overflows 64 bits, or is not in its shortest form.
    case badVarint
    /// A length or count is above the limit that the caller named.
    case tooLong
    /// Bytes that must be text are not valid UTF-8.
    case badText
    /// A value has no meaning where it stands.
    case badValue
    /// Bytes are left where the value should have ended.
    case trailing
}
