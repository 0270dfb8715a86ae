import Policy

/// A day of minutes as bytes: a header, then records of one length, each with a checksum. Integers
/// and numbers are little-endian.
///
///     "HKMH" | format, 1 | figures, 1 | bytes of a record, 2
///     minute, 8 | ready, 4 | starting, 4 | start time in ms, 4 | of each figure: fresh, 2 | expected, 2
///     | sum, 4 | smallest, 4 | largest, 4 | 95th percentile, 4 | CRC-32 of all that, 4
package enum HistorySegment {
    static let headerBytes = 8
    static let figureBytes = 20
    static let recordBytes = 20 + Figure.allCases.count * figureBytes + 4
    /// A day's minutes, twice: a clock that is put back makes some come again.
    static let recordsMax = 2 * 1440
    package static let bytesMax = headerBytes + recordsMax * recordBytes
    /// Files are kept for five weeks, and a day for the one that has begun.
    static let daysKept: Int64 = 36

    package static var header: [UInt8] {
        var bytes = Array("HKMH".utf8) + [1, UInt8(Figure.allCases.count)]
        bytes.append(UInt16(recordBytes))
        return bytes
    }

    /// The file that a minute belongs in.
    static func name(of record: MinuteRecord) -> String {
        "minutes-\(record.moment.text.prefix(10))"
    }

    /// Midnight of a file's day; nil for what is no name of ours.
    static func day(of name: String) -> Moment? {
        guard name.hasPrefix("minutes-"), name.utf8.count == 18 else { return nil }
        return Moment(text: "\(name.dropFirst(8))T00:00Z")
    }

    package static func encode(_ record: MinuteRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(recordBytes)
        bytes.append(UInt64(bitPattern: record.minute))
        bytes.append(UInt32(clamping: record.figures.ready))
        bytes.append(UInt32(clamping: record.figures.starting))
        let startTime = record.figures.startTime?.wholeMilliseconds ?? 0
        bytes.append(UInt32(clamping: startTime))
        for figure in Figure.allCases {
            let summary = record.figures[figure]
            bytes.append(UInt16(clamping: summary.fresh))
            bytes.append(UInt16(clamping: summary.expected))
            for value in [summary.sum, summary.smallest, summary.largest, summary.p95] {
                bytes.append(Float(value).bitPattern)
            }
        }
        bytes.append(CRC32.checksum(bytes[...]))
        return bytes
    }

    /// The whole records of a file, and how many were damaged. A torn tail is no damage: it is what
    /// a crash leaves.
    package static func decode(_ bytes: [UInt8]) -> (records: [MinuteRecord], damaged: Int) {
        guard !bytes.isEmpty else { return ([], 0) }
        guard bytes.count >= headerBytes, bytes.starts(with: header) else { return ([], 1) }
        var records: [MinuteRecord] = []
        var damaged = 0
        var place = headerBytes
        while place + recordBytes <= bytes.count {
            if let record = record(bytes[place..<place + recordBytes]) {
                records.append(record)
            } else {
                damaged += 1
            }
            place += recordBytes
        }
        return (records, damaged)
    }

    private static func record(_ bytes: ArraySlice<UInt8>) -> MinuteRecord? {
        let body = bytes.dropLast(4)
        var reader = ByteReader(bytes: bytes)
        guard CRC32.checksum(body) == bytes.suffix(4).littleEndian else { return nil }
        let minute = Int64(bitPattern: UInt64(reader.next(8)))
        // Within the years that a calendar of ours knows.
        guard (0...4_223_371_679).contains(minute) else { return nil }
        let (ready, starting) = (Int(reader.next(4)), Int(reader.next(4)))
        let startTime = Int64(reader.next(4))
        var figures = Figures(
            ready: ready, starting: starting,
            startTime: startTime > 0 ? .milliseconds(startTime) : nil)
        for figure in Figure.allCases {
            let (fresh, expected) = (Int(reader.next(2)), Int(reader.next(2)))
            let values = (0..<4).map { _ in
                Double(Float(bitPattern: UInt32(truncatingIfNeeded: reader.next(4))))
            }
            guard values.allSatisfy(\.isFinite), fresh <= expected else { return nil }
            figures[figure] = FigureSummary(
                fresh: fresh, expected: expected, sum: values[0], smallest: values[1],
                largest: values[2], p95: values[3])
        }
        return MinuteRecord(minute: minute, figures: figures)
    }
}

private struct ByteReader {
    var bytes: ArraySlice<UInt8>

    mutating func next(_ count: Int) -> UInt64 {
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var littleEndian: UInt32 { reversed().reduce(0) { $0 << 8 | UInt32($1) } }
}

/// The checksum of IEEE 802.3, reflected: polynomial EDB88320.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in
            value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
        }
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let table = table
        return ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
    }
}
