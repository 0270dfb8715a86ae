/// Quantities as people read them.
enum Quantities {
    /// `45s`, `12m 3s`, `3h 12m`, `9d 4h`.
    static func time(seconds: Int) -> String {
        let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
        let (size, name) = units[first]
        let text = "\(seconds / size)\(name)"
        guard first + 1 < units.count else { return text }
        let (smaller, smallerName) = units[first + 1]
        let rest = seconds % size / smaller
        return rest == 0 ? text : "\(text) \(rest)\(smallerName)"
    }

    /// `512 B`, `23 MiB`.
    static func bytes(_ count: Int) -> String {
        let names = ["B", "KiB", "MiB", "GiB", "TiB"]
        let unit = names.indices.first { count >> (10 * $0) < 10_240 } ?? names.count - 1
        return "\(count >> (10 * unit)) \(names[unit])"
    }

    /// `1 room`, `2 rooms`.
    static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
