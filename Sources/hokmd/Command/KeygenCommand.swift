import ArgumentParser
import Gossip

/// Makes a key that the nodes of a cluster share.
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Makes a key for --key-file.")

    @Option(
        help: ArgumentHelp(
            "Write a new key file that only you may read, and print nothing.", valueName: "FILE"))
    var out: String?

    func run() throws {
        guard let key = Key.generate() else {
            throw Failure(.failed, "there is no locked memory for keys")
        }
        guard let out else {
            print(key.base64)
            return
        }
        do {
            try KeyFile.create(out, Keyring(primary: key))
        } catch {
            throw Failure(.failed, error.reason)
        }
    }
}
