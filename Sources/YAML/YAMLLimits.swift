/// What a file may cost us before it is refused.
package struct YAMLLimits: Sendable {
    /// Size of the file in bytes. Ours are a few KiB; this leaves room for generated ones.
    package var bytesMax = 1 << 20
    /// Mappings and sequences within each other, the outermost counted.
    package var depthMax = 32
    /// Scalars, sequences and mappings in all; bounds the memory of a tree to a few MiB.
    package var nodesMax = 20_000

    package init() {}
}
