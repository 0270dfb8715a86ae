import FuzzTargets
import Glibc
import Testing

/// Runs what fuzzing found worth keeping, and every input that ever crashed.
@Suite struct CorpusTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Fuzz/corpus"

    private func inputs(_ target: FuzzTarget) -> [[UInt8]] {
        let folder = "\(Self.folder)/\(target.rawValue)"
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var inputs: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), let file = fopen("\(folder)/\(name)", "r") else { continue }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
            inputs.append(bytes)
        }
        return inputs
    }

    @Test(arguments: FuzzTarget.allCases)
    func `what was found by fuzzing is taken without a crash`(target: FuzzTarget) {
        let inputs = inputs(target)
        #expect(!inputs.isEmpty, "there is no corpus for \(target)")
        for input in inputs { target.run(input) }
    }
}
