internal import CLZ4

/// Compresses a room's record against the one that the other side holds already, as LZ4's
/// dictionary: a move is tens of bytes. Confined to one event loop.
final class CopyCodec {
    /// LZ4's working memory, 16 KiB, used again for each record.
    private let stream: UnsafeMutablePointer<LZ4_stream_t>

    init() {
        guard let stream = LZ4_createStream() else {
            preconditionFailure("no memory for LZ4's stream")
        }
        self.stream = stream
    }

    deinit {
        LZ4_freeStream(stream)
    }

    /// - Parameter base: nothing where the other side has nothing.
    func compress(_ record: [UInt8], against base: [UInt8]) -> [UInt8] {
        let bound = Int(LZ4_compressBound(Int32(record.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            base.withUnsafeBytes { base in
                record.withUnsafeBytes { record in
                    LZ4_resetStream_fast(stream)
                    _ = LZ4_loadDict(
                        stream, base.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32(base.count))
                    count = Int(
                        LZ4_compress_fast_continue(
                            stream, record.baseAddress?.assumingMemoryBound(to: CChar.self),
                            UnsafeMutableRawPointer(output.baseAddress)?
                                .assumingMemoryBound(to: CChar.self),
                            Int32(record.count), Int32(bound), 1))
                }
            }
            precondition(count > 0, "LZ4 has room for whatever it writes")
        }
    }

    /// - Parameter byteCount: how many bytes must come out; the caller has bounded it.
    /// - Returns: nil for bytes that are not what `compress` made of so many.
    func decompress(_ compressed: [UInt8], against base: [UInt8], byteCount: Int) -> [UInt8]? {
        var written: Int32 = -1
        let record = [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            base.withUnsafeBytes { base in
                compressed.withUnsafeBytes { compressed in
                    written = LZ4_decompress_safe_usingDict(
                        compressed.baseAddress?.assumingMemoryBound(to: CChar.self),
                        UnsafeMutableRawPointer(output.baseAddress)?
                            .assumingMemoryBound(to: CChar.self),
                        Int32(compressed.count), Int32(byteCount),
                        base.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(base.count))
                }
            }
            count = max(0, Int(written))
        }
        return Int(written) == byteCount ? record : nil
    }
}
