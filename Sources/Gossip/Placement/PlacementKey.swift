/// What is placed: a room, by its code, or something that the cluster has once, by its name.
package struct PlacementKey: Hashable, Sendable {
    /// The key, spread evenly over 64 bits.
    let hash: UInt64

    /// A room, by the 30 bits of its six characters.
    package init(code: UInt32) {
        hash = PlacementKey.mix(UInt64(code))
    }

    /// Something with a name, such as `lobby`. FNV-1a, in a range that no code reaches.
    package init(name: String) {
        let bits = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        hash = PlacementKey.mix(bits | 1 << 63)
    }

    /// A bijection in which each bit of the input changes half of the output's (the finaliser of
    /// SplitMix64: Steele, Lea, Flood 2014).
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
