/// What a policy file, an expression and a history may cost, each with its reason.
package enum Limits {
    /// Bytes of one expression: longer ones cannot be read by people either.
    static let expressionBytesMax = 200
    /// Operators and brackets within each other; bounds the parser's recursion.
    static let expressionDepthMax = 16
    /// Rules of one policy, and policies of one file.
    static let rulesMax = 100
    /// Links of one chain.
    static let chainMax = 100
    /// Instances that anyone may ask for.
    static let instancesMax = 10_000
    /// The longest time that a file may name, and so the longest that a timer waits.
    static let durationMax = Duration.seconds(400 * 86_400)
    /// A time zone's file; the largest of today's has 4 KiB.
    package static let zoneBytesMax = 64 << 10
    /// Samples of a trace: ten years of minutes.
    package static let traceSamplesMax = 5_300_000
}
