internal import CPolicy

/// The shipped policy, as the binary holds it: what a scaler goes by that is given no file.
package enum DefaultPolicy {
    /// What reports and errors call it.
    package static let name = "built-in policy"

    package static var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: default_policy(), count: default_policy_length()))
    }
}
