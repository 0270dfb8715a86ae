import ArgumentParser
import Game
import JSON

/// Checks deals that a client saved against what was promised before them.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks saved hands: was each dealt as it was promised?",
        discussion: """
            FILE holds what a client was sent: `events` frames or single events, a JSON value a \
            line or an array of them. Each `hand` is checked against the `deal` of its number, \
            and the cards that were shown against the deck.
            """)

    @Argument(help: "The saved events.")
    var file: String

    func run() throws {
        let bytes: [UInt8]
        do throws(SettingsError) {
            bytes = try TextFile.read(file)
        } catch { throw Failure(.failed, error.description) }
        let events: [JSONValue]
        do throws(SavedEvents.Fault) {
            events = try SavedEvents.read(bytes)
        } catch { throw Failure(.failed, "\(file): \(error)") }
        let verdicts: [SavedHands.Verdict]
        do throws(SavedHands.Fault) {
            verdicts = try SavedHands.verify(events)
        } catch { throw Failure(.failed, "\(file): \(error)") }
        guard !verdicts.isEmpty else {
            throw Failure(.failed, "\(file): no hand with its deal is in here")
        }
        for verdict in verdicts { print(verdict.description) }
    }
}
