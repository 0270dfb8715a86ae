package import JSON

/// Times are milliseconds since 1970: they are compared, not read.
extension EngineState {
    package var json: JSONValue {
        .fields([
            ("target", target.map(JSONValue.whole)),
            (
                "timers",
                .array(
                    timers.map {
                        .fields([("since", $0.since?.json), ("fired", $0.fired?.json)])
                    })
            ), ("highs", highs.json), ("lows", lows.json), ("players", players.json),
            ("watchedSince", watchedSince?.json), ("lastOut", lastOut?.json),
            ("lastIn", lastIn?.json), ("reversals", .array(reversals.map(\.json))),
            ("frozenUntil", frozenUntil?.json), ("collapses", .array(collapses.map(\.json))),
            ("failures", .whole(failures)), ("retryAt", retryAt?.json), ("day", .int(day)),
            ("spent", .double(spent)), ("lastDecision", lastDecision?.json),
        ])
    }

    package init?(json: JSONValue) {
        guard let timers = json["timers"]?.array, let highs = WishWindow(json: json["highs"]),
            let lows = WishWindow(json: json["lows"]),
            let players = WishWindow(json: json["players"]), let failures = json["failures"]?.int,
            let day = json["day"]?.int, let spent = json["spent"]?.double,
            // What comes from elsewhere must not lead to sums that no number holds.
            (0...1_000_000).contains(failures),
            abs(max(day, -.max)) <= Moment.millisecondsMax / 86_400_000,
            spent.isFinite, (0...Limits.instancesMax).contains(json["target"]?.int ?? 0)
        else { return nil }
        self.init(ruleCount: timers.count)
        self.timers = timers.map {
            RuleTimer(since: Moment(json: $0["since"]), fired: Moment(json: $0["fired"]))
        }
        target = json["target"]?.int
        (self.highs, self.lows, self.players) = (highs, lows, players)
        watchedSince = Moment(json: json["watchedSince"])
        lastOut = Moment(json: json["lastOut"])
        lastIn = Moment(json: json["lastIn"])
        reversals = json["reversals"]?.array?.compactMap { Moment(json: $0) } ?? []
        frozenUntil = Moment(json: json["frozenUntil"])
        collapses = json["collapses"]?.array?.compactMap { Moment(json: $0) } ?? []
        self.failures = failures
        retryAt = Moment(json: json["retryAt"])
        (self.day, self.spent) = (Int64(day), spent)
        lastDecision = Moment(json: json["lastDecision"])
    }
}

extension Moment {
    fileprivate var json: JSONValue { .int(milliseconds) }

    /// The end of the year 9999.
    fileprivate static let millisecondsMax = 253_402_300_799_000

    fileprivate init?(json: JSONValue?) {
        guard let value = json?.int, value > .min, abs(value) <= Self.millisecondsMax else {
            return nil
        }
        self.init(milliseconds: Int64(value))
    }
}

extension WishWindow {
    fileprivate var json: JSONValue {
        .array(entries.map { .array([.int($0.at.milliseconds), .double($0.wish)]) })
    }

    fileprivate init?(json: JSONValue?) {
        guard let values = json?.array else { return nil }
        var entries: [Entry] = []
        for value in values {
            guard let at = Moment(json: value[0]), let wish = value[1]?.double, abs(wish) <= 1e15
            else { return nil }
            entries.append(Entry(at: at, wish: wish))
        }
        self.init(entries: entries)
    }
}
