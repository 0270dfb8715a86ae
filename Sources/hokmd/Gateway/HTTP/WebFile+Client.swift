internal import CWebClient
internal import NIOCore

extension WebFile {
    /// The web client that lies in the binary: path to file; the page's is `/`.
    package static let client: [String: WebFile] = {
        var files: [String: WebFile] = [:]
        var index = 0
        while let file = web_client_file(index) {
            files[String(cString: file.pointee.path)] = WebFile(file.pointee)
            index += 1
        }
        return files
    }()

    private init(_ file: web_client_file) {
        let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
        self.init(
            contentType: String(cString: file.content_type), body: ByteBuffer(bytes: bytes),
            entityTag: "\"\(Self.fingerprint(bytes))\"")
    }

    /// FNV-1a in 64 bits: tells one build's file from another's, and nothing else.
    private static func fingerprint(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}
