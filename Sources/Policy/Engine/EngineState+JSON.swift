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
            let day = json["day"]?.int, let spent = json["spent"]?.double
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

    fileprivate init?(json: JSONValue?) {
        guard let value = json?.int else { return nil }
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
            guard let at = value[0]?.int, let wish = value[1]?.double else { return nil }
            entries.append(Entry(at: Moment(milliseconds: Int64(at)), wish: wish))
        }
        self.init(entries: entries)
    }
}
