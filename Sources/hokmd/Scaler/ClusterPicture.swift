package import Gossip

/// What the scaler has to know of the cluster, as its node sees it now.
package struct ClusterPicture: Equatable, Sendable {
    package struct Scaler: Equatable, Sendable {
        package var id: NodeID
        package var name: String

        package init(id: NodeID, name: String) {
            self.id = id
            self.name = name
        }
    }

    package struct Server: Equatable, Sendable {
        package var name: String
        package var version: String
        package var state: State
        /// Whether the view in force names it, in whatever state.
        package var isInView: Bool
        /// What it said last of the rooms that it runs; nil if it said nothing yet.
        package var rooms: Int?

        package init(
            name: String, version: String, state: State, isInView: Bool, rooms: Int? = nil
        ) {
            self.name = name
            self.version = version
            self.state = state
            self.isInView = isInView
            self.rooms = rooms
        }

        /// How far a server is on its way, by gossip and by the view.
        package enum State: String, Sendable, CaseIterable {
            /// Present, and neither in the view nor draining.
            case joining
            /// In the view, and not serving yet.
            case warming
            /// Serving in the view.
            case ready
            /// The view says so, or it says so itself.
            case draining
            /// It said good-bye.
            case left
            /// Gossip holds it failed.
            case failed

            var isPresent: Bool { self != .left && self != .failed }
        }
    }

    package var own: Scaler
    /// Whether this node sees a majority of the voters.
    package var seesMajority: Bool
    /// The present members (alive or suspect) that run a scaler, this one too.
    package var scalers: [Scaler]
    /// All members with the mode server, those that failed or left too, until they are forgotten.
    package var servers: [Server]

    package init(own: Scaler, seesMajority: Bool, scalers: [Scaler], servers: [Server]) {
        self.own = own
        self.seesMajority = seesMajority
        self.scalers = scalers
        self.servers = servers
    }

    /// The one that should act, if it sees a majority; known only to those who do.
    package var lowestScaler: Scaler? {
        seesMajority ? scalers.min { $0.id < $1.id } : nil
    }
}
