/// A state as bytes, for links and for the state directory.
extension ScalerState {
    package func encode() -> [UInt8] { [] }

    /// Nil for what is no state, or of a format that is not known, or too large.
    package init?(decoding bytes: [UInt8]) { return nil }
}
