package import Wire

extension ViewMessage {
    private enum Kind: UInt8 {
        case have = 0
        case chosen = 1
        case prepare = 2
        case promise = 3
        case accept = 4
        case accepted = 5
        case outbid = 6
        case disagree = 7
    }

    package func encode() -> [UInt8] {
        var writer = WireWriter(reserving: 128)
        writer.fixed(lineage)
        switch body {
        case .have(let number):
            writer.byte(Kind.have.rawValue)
            writer.varint(number)
        case .chosen(let view):
            writer.byte(Kind.chosen.rawValue)
            view.encode(into: &writer)
        case .prepare(let ballot, let view):
            writer.byte(Kind.prepare.rawValue)
            Accepted(ballot: ballot, view: view).encode(into: &writer)
        case .promise(let number, let ballot, let accepted):
            writer.byte(Kind.promise.rawValue)
            writer.varint(number)
            ballot.encode(into: &writer)
            writer.byte(accepted == nil ? 0 : 1)
            accepted?.encode(into: &writer)
        case .accept(let ballot, let view):
            writer.byte(Kind.accept.rawValue)
            Accepted(ballot: ballot, view: view).encode(into: &writer)
        case .accepted(let number, let ballot):
            writer.byte(Kind.accepted.rawValue)
            writer.varint(number)
            ballot.encode(into: &writer)
        case .outbid(let number, let ballot, let higher):
            writer.byte(Kind.outbid.rawValue)
            writer.varint(number)
            ballot.encode(into: &writer)
            higher.encode(into: &writer)
        case .disagree(let number, let ballot):
            writer.byte(Kind.disagree.rawValue)
            writer.varint(number)
            ballot.encode(into: &writer)
        }
        return writer.bytes
    }

    /// Reads one message that is all of `bytes`.
    package init(decoding bytes: RawSpan) throws(WireError) {
        var reader = WireReader(bytes)
        lineage = try reader.fixed()
        guard let kind = Kind(rawValue: try reader.byte()) else { throw .badValue }
        switch kind {
        case .have: body = .have(try reader.varint())
        case .chosen: body = .chosen(try View(from: &reader))
        case .prepare:
            let proposal = try Accepted(from: &reader)
            body = .prepare(proposal.ballot, proposal.view)
        case .promise:
            let number = try reader.varint()
            let ballot = try Ballot(from: &reader)
            switch try reader.byte() {
            case 0: body = .promise(number: number, ballot, accepted: nil)
            case 1: body = .promise(number: number, ballot, accepted: try Accepted(from: &reader))
            default: throw .badValue
            }
        case .accept:
            let proposal = try Accepted(from: &reader)
            body = .accept(proposal.ballot, proposal.view)
        case .accepted:
            body = .accepted(number: try reader.varint(), try Ballot(from: &reader))
        case .outbid:
            body = .outbid(
                number: try reader.varint(), try Ballot(from: &reader),
                by: try Ballot(from: &reader))
        case .disagree:
            body = .disagree(number: try reader.varint(), try Ballot(from: &reader))
        }
        try reader.finish()
    }
}

extension Ballot {
    package func encode(into writer: inout WireWriter) {
        writer.varint(round)
        writer.fixed(proposer.rawValue)
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(
            round: try reader.varint(), proposer: NodeID(rawValue: try reader.fixed()))
    }
}

extension Accepted {
    package func encode(into writer: inout WireWriter) {
        ballot.encode(into: &writer)
        view.encode(into: &writer)
    }

    @_lifetime(reader: copy reader)
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(ballot: try Ballot(from: &reader), view: try View(from: &reader))
    }
}
