/// What an instance is called: at its provisioner, where it is the key that makes a launch
/// idempotent, and in the cluster, as its node's name. A name is given once.
package struct InstanceID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }

    package init(serial: UInt64, prefix: String) {
        name = "\(prefix)\(serial)"
    }

    /// The number that the scaler gave; nil for a name that is not of its making.
    package func serial(prefix: String) -> UInt64? {
        guard name.utf8.count <= Limits.nameBytesMax, name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard let first = digits.utf8.first, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            first != 48, let serial = UInt64(digits), serial < UInt64(Int64.max)
        else { return nil }
        return serial
    }

    package var description: String { name }

    package static func < (one: InstanceID, other: InstanceID) -> Bool {
        (one.name.utf8.count, one.name) < (other.name.utf8.count, other.name)
    }
}
