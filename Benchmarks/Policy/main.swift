import Glibc
import Policy
import YAML

// Usage: bench-policy [POLICY-FILE [TRACES-FOLDER [DOCUMENT]]]
//
// Times the engine. With a folder of traces it also plays each of them to each policy, and with a
// document it writes the table between its two marks. The traces are not part of the project.

func readFile(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&part, 1, part.count, file)
        guard count > 0 else { return bytes }
        bytes += part[..<count]
    }
}

func writeFile(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else { return print("\(path) cannot be written") }
    fputs(text, file)
    fclose(file)
}

func run(_ arguments: [String]) throws(YAMLError) {
    let path = arguments.count > 1 ? arguments[1] : "config/policy.yaml"
    guard let bytes = readFile(path) else { return print("\(path) cannot be read") }
    let policy = try ScalingPolicy(bytes.span, file: path) { readFile("/usr/share/zoneinfo/\($0)") }
    Timings(policy: policy).report()
    guard arguments.count > 2 else { return }
    let table = ScalingTable(policy: policy, folder: arguments[2]).text
    print(table)
    guard arguments.count > 3, let document = readFile(arguments[3]) else { return }
    let text = String(decoding: document, as: UTF8.self)
    guard let replaced = ScalingTable.replace(in: text, with: table) else {
        return print("\(arguments[3]) has no marks")
    }
    writeFile(replaced, to: arguments[3])
}

do throws(YAMLError) { try run(CommandLine.arguments) } catch { print(error) }
