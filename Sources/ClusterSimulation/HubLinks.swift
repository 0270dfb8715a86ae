internal import Link

/// The product's links go by a number of their hub.
typealias HubLinkID = LinkID

extension NodeLinks.Way {
    var hubLink: HubLinkID { HubLinkID(UInt64(number)) }
}
