import Synchronization

/// What one event loop counted. Written by that loop alone, read by anyone at any time.
package final class Counters: Sendable {
    package enum Event: Int, CaseIterable, Sendable {
        case connections
        case requests
        case upgrades
        case messages
        case refusedConnectionLimit
        case refusedAddressLimit
        case refusedOrigin
        case refusedUpgrade
        case badRequests
        case badProxyHeaders
        case headTimeouts
        case headsTooLarge
        case protocolErrors
        case messagesTooBig
        case binaryRefused
        case invalidText
        case slowReaders
        case silent
        case lost
        case rateLimited
        case tooManyMessages
        case idle
        case heldTooLong

        /// As it stands in a metric's name: `refused_origin`.
        package var name: String {
            String(describing: self).reduce(into: "") { name, letter in
                name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
            }
        }
    }

    /// Room for the events; a test compares.
    static let slots = 64
    private let values: InlineArray<64, Atomic<UInt64>>

    package init() {
        values = InlineArray { _ in Atomic(0) }
    }

    package subscript(event: Event) -> UInt64 {
        values[event.rawValue].load(ordering: .relaxed)
    }

    /// Counts. Only the owning loop may call this: a load and a store are cheaper than a locked
    /// addition, and enough for one writer.
    package func count(_ event: Event, _ number: UInt64 = 1) {
        let sum = values[event.rawValue].load(ordering: .relaxed) &+ number
        values[event.rawValue].store(sum, ordering: .relaxed)
    }
}
