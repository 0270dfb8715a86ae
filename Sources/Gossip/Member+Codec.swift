package import Wire

extension NodeID {
    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        self.init(rawValue: try reader.fixed())
    }
}

extension Incarnation {
    func encode(into writer: inout WireWriter) {
        writer.fixed(instance)
        writer.varint(UInt64(counter))
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        let instance: UInt64 = try reader.fixed()
        guard let counter = UInt32(exactly: try reader.varint()) else { throw .tooLong }
        self.init(instance: instance, counter: counter)
    }
}

extension Member {
    package func encode(into writer: inout WireWriter) {
        writer.byte(status.rawValue)
        writer.text(name)
        address.encode(into: &writer)
        incarnation.encode(into: &writer)
        metadata.encode(into: &writer)
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        guard let status = MemberStatus(rawValue: try reader.byte()) else { throw .badValue }
        let name = try reader.text(maxBytes: Limits.nameBytesMax)
        guard !name.isEmpty else { throw .badValue }
        self.init(
            name: name, address: try Address(from: &reader),
            incarnation: try Incarnation(from: &reader), status: status,
            metadata: try Metadata(from: &reader))
    }
}

extension KeyOrder {
    func encode(into writer: inout WireWriter) {
        switch self {
        case .list:
            writer.byte(0)
        case .install(let key):
            writer.byte(1)
            writer.raw(key)
        case .use(let id, let generation):
            writer.byte(2)
            writer.fixed(id)
            writer.fixed(generation)
        case .remove(let id):
            writer.byte(3)
            writer.fixed(id)
        }
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .list
        case 1: self = .install(try reader.take(Key.bytesCount))
        case 2: self = .use(try reader.fixed(), generation: try reader.fixed())
        case 3: self = .remove(try reader.fixed())
        default: throw .badValue
        }
    }
}

extension KeyAnswer {
    func encode(into writer: inout WireWriter) {
        writer.byte(outcome.rawValue)
        writer.count(keyIDs.count)
        for id in keyIDs { writer.fixed(id) }
    }

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        guard let outcome = Outcome(rawValue: try reader.byte()) else { throw .badValue }
        self.outcome = outcome
        keyIDs = []
        for _ in 0..<(try reader.count(max: Keyring.keysMax)) { keyIDs.append(try reader.fixed()) }
    }
}
