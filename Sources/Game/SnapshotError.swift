package import Wire

/// Why a snapshot was refused.
package enum SnapshotError: Error, Equatable {
    /// A newer format than this program writes or reads.
    case unknownFormat(UInt8)
    /// The bytes are not those that were written.
    case damaged
    /// More bytes than any table needs.
    case oversized
    case wire(WireError)
    /// The parts are well formed and no table can be in this state.
    case impossible
}
