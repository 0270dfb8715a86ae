/// User broadcasts: ours, and those that came by and may not come again.
struct Announcements: Sendable {
    private var number: UInt32 = 0
    private var queued: [(key: UInt64, announcement: Announcement)] = []
    /// A ring of the keys that were seen.
    private var seen: [UInt64] = []
    private var seenSet: Set<UInt64> = []
    private var next = 0

    var count: Int { queued.count }

    /// An announcement of our own. Its key is what the news queue calls it.
    mutating func make(_ bytes: [UInt8], origin: NodeID, instance: UInt64) -> UInt64 {
        number += 1
        let announcement = Announcement(
            origin: origin, instance: instance, number: number, bytes: bytes)
        return add(announcement) ?? 0
    }

    /// Nil if it came before.
    mutating func add(_ announcement: Announcement) -> UInt64? {
        let key = Announcements.key(of: announcement)
        guard seenSet.insert(key).inserted else { return nil }
        if seen.count < Limits.announcementsRememberedMax {
            seen.append(key)
        } else {
            seenSet.remove(seen[next])
            seen[next] = key
            next = (next + 1) % Limits.announcementsRememberedMax
        }
        if queued.count == Limits.announcementsQueuedMax { queued.removeFirst() }
        queued.append((key, announcement))
        return key
    }

    /// Nil once newer ones have pushed it out.
    subscript(key: UInt64) -> Announcement? {
        queued.first { $0.key == key }?.announcement
    }

    /// FNV-1a over who, which life and which number.
    private static func key(of announcement: Announcement) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in [
            announcement.origin.rawValue, announcement.instance, UInt64(announcement.number),
        ] {
            for shift in 0..<8 {
                hash = (hash ^ (word >> UInt64(8 * shift) & 0xFF)) &* 0x100_0000_01B3
            }
        }
        return hash
    }
}
