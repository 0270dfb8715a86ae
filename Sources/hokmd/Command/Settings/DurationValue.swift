import YAML

/// One time, within bounds that make sense for a stop or a wait: `0`, `500ms`, `30s`, up to an hour.
struct DurationValue: SettingValue, Equatable {
    static let placeholder = "TIME"
    let duration: Duration

    private static let max = Duration.seconds(3_600)

    init(_ duration: Duration) {
        precondition(duration <= Self.max, "no option waits for more than an hour")
        self.duration = duration
    }

    init(text: String) throws(InvalidValue) {
        guard let duration = Duration(text: Substring(text)), duration <= Self.max else {
            throw InvalidValue(text, wanted: "a time of up to an hour, as in 500ms or 30s,")
        }
        self.duration = duration
    }

    var text: String { duration.text }
}
