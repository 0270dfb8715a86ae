extension LinkHub {
    /// Breaks a link over which came what makes no sense, or more than can be kept. Both ends know,
    /// and begin anew.
    package func breakLink(_ id: LinkID, _ reason: String) {
        connections[id]?.end(.malformed(reason))
    }
}

extension LinkEnding {
    /// Whether we ended the link of our own will: nothing is wrong with the node then.
    package var isOurs: Bool {
        switch self {
        case .closed, .superseded: true
        default: false
        }
    }
}

/// The link of an event: in a module that imports this one, `Link` is the module.
package typealias NodeLink = Link
