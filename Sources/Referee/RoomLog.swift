import JSON

/// What everyone at the table was shown, by version: digests, so that a long match stays small.
struct RoomLog {
    struct Entry {
        let version: Int
        let digest: UInt64
    }

    private(set) var entries: [Entry] = []
    /// All up to this version is known.
    private(set) var version: Int
    /// Up to this version nothing is known, and nothing can be compared.
    private(set) var floor: Int

    /// Starts where a viewer was shown the state.
    init(from version: Int) {
        self.version = version
        floor = version
    }

    mutating func append(version: Int, digest: UInt64) {
        entries.append(Entry(version: version, digest: digest))
        self.version = version
    }

    /// Goes on from a version that nobody saw the way to.
    mutating func restart(from version: Int) {
        entries.removeAll()
        self.version = version
        floor = version
    }

    /// The index of the first entry after this version.
    func index(after version: Int) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].version <= version { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The events of one frame that everyone may see.
struct PublicFrame {
    let version: Int
    let events: [JSONValue]
    let digest: UInt64

    init(version: Int, events: [JSONValue]) {
        self.version = version
        self.events = events.filter { $0["type"]?.string != "cards" }
        var digest = Digest()
        for event in self.events { digest.add(event) }
        self.digest = digest.value
    }
}

/// FNV-1a (Fowler, Noll, Vo), 64 bits, over a JSON tree: equal trees, equal digests. Members that
/// are each viewer's own, the time that is left, are passed over.
private struct Digest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ tree: JSONValue) {
        switch tree {
        case .null: add(byte: 0)
        case .bool(let bool): add(byte: bool ? 1 : 2)
        case .int(let int): add(word: UInt64(bitPattern: int), tag: 3)
        case .double(let double): add(word: double.bitPattern, tag: 4)
        case .string(let text): add(text)
        case .array(let elements):
            add(word: UInt64(elements.count), tag: 5)
            for element in elements { add(element) }
        case .object(let members):
            add(byte: 6)
            for member in members where member.key != "deadline_ms" {
                add(member.key)
                add(member.value)
            }
            add(byte: 7)
        }
    }

    private mutating func add(_ text: String) {
        add(byte: 8)
        for byte in text.utf8 { add(byte: byte) }
        add(byte: 0xFF)
    }

    private mutating func add(word: UInt64, tag: UInt8) {
        add(byte: tag)
        for shift in stride(from: 0, to: 64, by: 8) {
            add(byte: UInt8(truncatingIfNeeded: word >> UInt64(shift)))
        }
    }

    private mutating func add(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }
}
