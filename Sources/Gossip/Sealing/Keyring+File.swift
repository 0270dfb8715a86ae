internal import CSodium

/// The key file: one base64 key a line, the first is the primary; `#` begins a comment. The
/// comment `# generation N` is ours.
extension Keyring {
    package enum FileError: Error, Equatable {
        /// No line holds a key.
        case empty
        /// The line, counted from 1, is no base64 of 32 bytes.
        case badKey(line: Int)
        /// More than `keysMax` keys.
        case tooMany
    }

    package init(file text: String) throws(FileError) {
        var bytes = Array(text.utf8)
        try self.init(wiping: &bytes)
    }

    /// Leaves zeros of what it has read: nothing of a key stays in memory that may be swapped out.
    package init(wiping bytes: inout [UInt8]) throws(FileError) {
        defer { sodium_memzero(&bytes, bytes.count) }
        // Slices of an array would share it, and wiping it then would wipe a copy.
        let ring = bytes.withUnsafeBytes { text -> Result<Keyring, FileError> in
            do throws(FileError) {
                return .success(try Keyring(parsing: text))
            } catch { return .failure(error) }
        }
        self = try ring.get()
    }

    private init(parsing bytes: UnsafeRawBufferPointer) throws(FileError) {
        var keys: [Key] = []
        var generation: UInt32 = 0
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            guard let first = words.first else { continue }
            if first.first == UInt8(ascii: "#") {
                if words.count == 3, words[1].elementsEqual("generation".utf8) {
                    generation = UInt32(String(decoding: words[2], as: UTF8.self)) ?? generation
                }
                continue
            }
            guard words.count == 1, let key = Key(base64: UnsafeRawBufferPointer(rebasing: first))
            else {
                throw .badKey(line: index + 1)
            }
            keys.append(key)
        }
        guard let primary = keys.first else { throw .empty }
        guard keys.count <= Keyring.keysMax else { throw .tooMany }
        self.init(primary: primary, accepted: Array(keys.dropFirst()), generation: generation)
    }

    /// What the file is to hold. The caller writes it with mode 0600.
    package var fileText: String {
        "# generation \(generation)\n" + keys.map { $0.base64 + "\n" }.joined()
    }
}
