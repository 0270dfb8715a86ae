import Testing

@testable import Admin

/// A storage in memory that can be full.
struct FakeStorage: AuditStorage {
    var files: [[UInt8]] = [[]]
    /// Of the older files.
    var numbers: [UInt64] = []
    var head: AuditHead?
    var syncs = 0
    /// Bytes that may still be written; nil: any number. Shared with who changes it.
    let disk = Disk()
    /// Whether what is half written can be taken back.
    var takesBack = true

    final class Disk {
        var room: Int?
    }

    var bytesCount: Int { files.last?.count ?? 0 }
    var bytes: [UInt8] { files.flatMap { $0 } }

    mutating func append(_ bytes: [UInt8]) throws(AuditFault) {
        guard let room = disk.room, bytes.count > room else {
            files[files.count - 1] += bytes
            if let room = disk.room { disk.room = room - bytes.count }
            return
        }
        guard !takesBack, room > 0 else { throw AuditFault("no space left on device") }
        files[files.count - 1] += bytes.prefix(room) + [0x0A]
        disk.room = 0
        throw AuditFault("no space left on device", torn: room)
    }

    mutating func sync() throws(AuditFault) { syncs += 1 }
    mutating func keep(_ head: AuditHead) { self.head = head }
    mutating func rotate(last sequence: UInt64) throws(AuditFault) {
        numbers.append(sequence)
        files.append([])
    }
    func surplus(keeping count: Int) -> [UInt64] { numbers.dropLast(count) }
    mutating func remove(_ files: [UInt64]) {
        numbers.removeFirst(files.count)
        self.files.removeFirst(files.count)
    }
}

let auditKey = AuditKey(bytes: Array(0..<32)).unsafelyUnwrapped

@Suite struct AuditChainTests {
    private func writer(
        _ storage: FakeStorage = FakeStorage(), bytesMax: Int = 1 << 20
    ) -> AuditWriter<FakeStorage> {
        AuditWriter(
            storage, contents: storage.files.last { !$0.isEmpty } ?? [], head: storage.head,
            bytesMax: bytesMax, node: "s1", key: auditKey)
    }

    private func log(_ names: [String]) throws -> AuditWriter<FakeStorage> {
        var writer = writer()
        for name in names { try writer.append(AuditEvent(name), time: "T", syncs: false) }
        return writer
    }

    private func findings(
        _ bytes: [UInt8], key: AuditKey = auditKey, head: AuditHead? = nil
    ) -> [AuditVerifier.Finding] {
        var verifier = AuditVerifier(key: key)
        verifier.read(bytes, file: "f")
        verifier.finish(head: head)
        return verifier.findings
    }

    private func faults(in findings: [AuditVerifier.Finding]) -> [AuditVerifier.Finding] {
        findings.filter { $0.isFault }
    }

    @Test func `an entry is one line of JSON that ends with its seal`() throws {
        var writer = writer()
        try writer.append(
            AuditEvent("action", [("action", "drain"), ("subject", "a\"b\nc"), ("seq", "9")]),
            time: "2026-11-25T13:00:00.000Z", syncs: true)
        let text = String(decoding: writer.storage.bytes, as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"seq":1,"time":"2026-11-25T13:00:00.000Z","node":"s1","event":"action","action":"drain","subject":"a\"b\nc","prev":"0000"#
            ))
        #expect(text.hasSuffix("\"}\n") && text.filter { $0 == "\n" }.count == 1)
        #expect(writer.storage.syncs == 1)
        let entry = try #require(AuditEntry(line: writer.storage.bytes.dropLast(), key: auditKey))
        #expect(entry.event.fields.map(\.key) == ["action", "subject"])
        #expect(entry.event.fields[1].value == "a\"b\nc")
    }

    @Test func `a log that nobody touched is whole`() throws {
        let writer = try log(["a", "b", "c"])
        #expect(findings(writer.storage.bytes, head: writer.head).isEmpty)
    }

    @Test func `another key finds every line altered`() throws {
        let other = try #require(AuditKey(bytes: Array(1...32)))
        let bytes = try log(["a", "b"]).storage.bytes
        #expect(findings(bytes, key: other).count == 2)
    }

    @Test func `every changed byte is found`() throws {
        let writer = try log(["first", "second", "third"])
        let bytes = writer.storage.bytes
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x01
            #expect(!findings(changed, head: writer.head).isEmpty, "byte \(index)")
        }
    }

    @Test(arguments: 0..<4)
    func `every line that is taken out, doubled or put elsewhere is found`(place: Int) throws {
        let writer = try log(["a", "b", "c", "d"])
        let lines = writer.storage.bytes.split(separator: 0x0A).map { Array($0) + [0x0A] }
        var without = lines
        without.remove(at: place)
        let missing = findings(without.flatMap { $0 }, head: writer.head)
        // A log may begin with any entry, as the oldest files may have been put away.
        if place == 0 {
            #expect(missing.isEmpty)
        } else if place == 3 {
            #expect(missing == [.cut(after: 3, through: 4)])
        } else {
            let number = UInt64(place + 1)
            #expect(
                missing == [
                    .missing(from: number, through: number, file: "f", line: place + 1)
                ])
        }
        var twice = lines
        twice.insert(lines[place], at: place)
        #expect(!findings(twice.flatMap { $0 }, head: writer.head).isEmpty)
        var moved = lines
        moved.swapAt(place, (place + 1) % 4)
        #expect(!findings(moved.flatMap { $0 }, head: writer.head).isEmpty)
    }

    @Test func `a log goes on where it ended, over files too`() throws {
        var one = writer(bytesMax: 300)
        for _ in 0..<3 { try one.append(AuditEvent("a"), time: "T", syncs: false) }
        var two = writer(one.storage, bytesMax: 300)
        for _ in 0..<3 { try two.append(AuditEvent("b"), time: "T", syncs: false) }
        #expect(two.storage.files.count > 2)
        #expect(two.head.sequence == 6)
        #expect(findings(two.storage.bytes, head: two.head).isEmpty)
    }

    @Test func `what a full disk swallowed is on record afterwards`() throws {
        var writer = try log(["a"])
        writer.storage.disk.room = 0
        for _ in 0..<3 {
            #expect(throws: AuditFault.self) {
                try writer.append(AuditEvent("lost"), time: "T2", syncs: false)
            }
        }
        #expect(!writer.isWritable && writer.lostCount == 3)
        #expect(writer.head.sequence == 1)
        // The disk has room again: the same writer goes on.
        writer.storage.disk.room = nil
        try writer.append(AuditEvent("b"), time: "T3", syncs: false)
        #expect(writer.isWritable)
        #expect(
            findings(writer.storage.bytes, head: writer.head) == [
                .gap(
                    sequence: 2,
                    text: "kind lost, count 3, reason no space left on device, since T2")
            ])
        #expect(faults(in: findings(writer.storage.bytes)).isEmpty)
    }

    @Test func `half a line that cannot be taken back is on record too`() throws {
        var writer = try log(["a"])
        var storage = writer.storage
        storage.takesBack = false
        writer = self.writer(storage)
        writer.storage.disk.room = 40
        #expect(throws: AuditFault.self) {
            try writer.append(AuditEvent("lost"), time: "T", syncs: false)
        }
        writer.storage.disk.room = nil
        try writer.append(AuditEvent("b"), time: "T", syncs: false)
        let found = findings(writer.storage.bytes, head: writer.head)
        #expect(found.count == 2 && faults(in: found).isEmpty, "\(found)")
    }

    @Test func `a line that a crash cut short is on record after the start`() throws {
        var storage = try log(["a", "b"]).storage
        storage.files[0].removeLast(20)
        storage.head = try log(["a"]).head
        var writer = writer(storage)
        try writer.append(AuditEvent("c"), time: "T", syncs: false)
        let found = findings(writer.storage.bytes, head: writer.head)
        #expect(found.count == 1 && faults(in: found).isEmpty, "\(found)")
    }

    @Test func `what was cut off while the node was down is found and stays found`() throws {
        let whole = try log(["a", "b", "c"])
        var storage = whole.storage
        storage.files = [try log(["a"]).storage.bytes]
        var writer = writer(storage)
        try writer.append(AuditEvent("d"), time: "T", syncs: false)
        let found = findings(writer.storage.bytes, head: writer.head)
        #expect(found.contains(.missing(from: 2, through: 3, file: "f", line: 2)), "\(found)")
        #expect(faults(in: found).count < found.count, "no gap on record")
    }
}
