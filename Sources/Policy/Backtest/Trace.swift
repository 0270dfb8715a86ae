/// Load over time, from a file of `timestamp,value` lines.
package struct Trace: Equatable, Sendable {
    package struct Sample: Equatable, Sendable {
        package let at: Moment
        package let value: Double

        package init(at: Moment, value: Double) {
            self.at = at
            self.value = value
        }
    }

    /// In the order of time, two or more.
    package private(set) var samples: [Sample]

    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let line: Int
        package let reason: String

        package var description: String { "\(line): \(reason)" }
    }

    /// - Precondition: two samples or more, in the order of time.
    package init(samples: [Sample]) {
        precondition(samples.count >= 2, "a trace has two samples or more")
        self.samples = samples
    }

    /// The time is `2021-01-04 17:25:22`, the same with `T` and `Z`, or seconds since 1970. A first
    /// line that begins with a letter is a header; further columns are not read.
    package init(csv bytes: [UInt8]) throws(Fault) {
        var samples: [Sample] = []
        var line = 0
        for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let row = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
            if row.isEmpty || line == 1 && row.first.map(Self.isLetter) == true { continue }
            let sample = try Self.sample(row, line: line)
            if let last = samples.last, last.at >= sample.at {
                throw Fault(line: line, reason: "not later than the line before")
            }
            guard samples.count < Limits.traceSamplesMax else {
                throw Fault(line: line, reason: "more than \(Limits.traceSamplesMax) lines")
            }
            samples.append(sample)
        }
        guard samples.count >= 2 else { throw Fault(line: line, reason: "fewer than two samples") }
        self.samples = samples
    }

    package var peak: Double { samples.reduce(0) { max($0, $1.value) } }
    package var start: Moment { samples[0].at }
    package var end: Moment { samples[samples.count - 1].at }

    /// The same with all values multiplied, so that the largest is `peak`.
    package func scaled(toPeak peak: Double) -> Trace {
        let factor = self.peak > 0 ? peak / self.peak : 1
        return Trace(samples: samples.map { Sample(at: $0.at, value: $0.value * factor) })
    }

    /// A value each `step`, as the crow flies between the samples.
    func values(each step: Duration) -> [Double] {
        let stepMilliseconds = step.wholeMilliseconds
        let count = Int((end - start).wholeMilliseconds / stepMilliseconds) + 1
        var values: [Double] = []
        values.reserveCapacity(count)
        var index = 0
        for tick in 0..<count {
            let at = start.milliseconds + Int64(tick) * stepMilliseconds
            while index + 2 < samples.count, samples[index + 1].at.milliseconds <= at { index += 1 }
            let (one, other) = (samples[index], samples[index + 1])
            let span = Double(other.at.milliseconds - one.at.milliseconds)
            let part = min(Double(at - one.at.milliseconds) / span, 1)
            values.append(one.value + (other.value - one.value) * part)
        }
        return values
    }

    private static func sample(_ row: ArraySlice<UInt8>, line: Int) throws(Fault) -> Sample {
        let columns = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard columns.count >= 2 else { throw Fault(line: line, reason: "no 'time,value'") }
        let time = String(decoding: columns[0].prefix(40), as: UTF8.self)
        let seconds = time.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? Int64(time) : nil
        guard let at = seconds.flatMap(Self.moment) ?? Moment(text: time) else {
            throw Fault(line: line, reason: "no time such as 2021-01-04 17:25:22")
        }
        let number = String(decoding: columns[1].prefix(40), as: UTF8.self)
        guard let value = Double(number), value.isFinite, value >= 0, value <= 1e12 else {
            throw Fault(line: line, reason: "no number of zero or more")
        }
        return Sample(at: at, value: value)
    }

    private static func moment(seconds: Int64) -> Moment? {
        seconds <= 32_503_680_000 ? Moment(seconds: seconds) : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == 0xEF || byte == UInt8(ascii: "#")
    }
}
