internal import Synchronization

/// Where this node's parts put what scalers are to hear, and where its scaler, if it has one, hears
/// it: the measuring writes, links carry on.
package final class FigureBoard: Sendable {
    private struct State {
        var own: NodeFigures?
        var hear: (@Sendable (Word) -> Void)?
        var weigh: (@Sendable (UInt32) -> Void)?
    }

    /// What there is to hear.
    package enum Word: Equatable, Sendable {
        case figures(NodeFigures)
        /// Of another scaler.
        case scaler(ScalerWord)
    }

    private let state = Mutex(State())

    package init() {}

    /// What this node said of itself last.
    package var own: NodeFigures? { state.withLock { $0.own } }

    /// This node measured itself.
    package func measured(_ figures: NodeFigures) {
        state.withLock { state in
            state.own = figures
            return state.hear
        }?(.figures(figures))
    }

    /// A link brought word of another node.
    package func heard(_ word: Word) { state.withLock { $0.hear }?(word) }

    /// Has the scaler of this node hear everything from now on, on whatever thread; nil to stop.
    package func onWord(_ body: (@Sendable (Word) -> Void)?) {
        state.withLock { $0.hear = body }
    }

    /// Has this node's own rooms hear of their weight; whoever runs them says how.
    package func onWeight(_ body: @escaping @Sendable (UInt32) -> Void) {
        state.withLock { $0.weigh = body }
    }

    /// The scaler of this node weighs its rooms.
    package func weigh(_ weight: UInt32) { state.withLock { $0.weigh }?(weight) }
}
