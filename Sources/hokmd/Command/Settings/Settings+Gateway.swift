import Gateway
import Rooms

extension Settings {
    /// What this node is called.
    var nodeName: String { name?.text ?? SystemName.host }

    /// The bounds of the player port.
    var gatewayLimits: Limits {
        var limits = Limits()
        limits.connectionsMax = connectionsMax
        limits.connectionsPerAddressMax = connectionsPerAddressMax
        return limits
    }

    var originPolicy: OriginPolicy { OriginPolicy(allowed: origins.map(\.text)) }

    /// How rooms are hosted.
    var rooms: RoomSettings {
        var rooms = RoomSettings()
        rooms.capacity = capacity
        rooms.botStrength = botStrength
        rooms.botThinkMilliseconds = botThink.milliseconds
        return rooms
    }
}
