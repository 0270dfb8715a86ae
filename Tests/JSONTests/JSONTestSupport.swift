import Glibc

@testable import JSON

/// The seed of this run's random tests: `SEED` of the environment replays one.
let seed: UInt64 =
    getenv("SEED").flatMap { UInt64(String(cString: $0)) }
    ?? UInt64.random(in: 0...UInt64(UInt32.max))

/// What parsing threw, or nil.
func refusal(_ bytes: [UInt8], depthMax: Int = 16) -> JSONError? {
    do {
        _ = try JSONValue.parse(bytes, depthMax: depthMax)
        return nil
    } catch {
        return error
    }
}

/// What reading the text's only value threw, or nil.
func refusal<Value>(
    of text: String, reading read: (inout JSONScanner) throws(JSONError) -> Value
) -> JSONError? {
    let bytes = Array(text.utf8)
    do {
        var scanner = try JSONScanner(bytes.span.bytes)
        _ = try read(&scanner)
        return nil
    } catch {
        return error
    }
}

let sample = """
    {"type":"play","id":12,"card":"QS","hand":3,"ply":0,"x":[1,-2.5e3,true,false,null,{},[]],\
    "name":"\\u062d\\ud83c\\udca1کم \\"\\\\\\/\\b\\f\\n\\r\\t","deep":{"a":{"b":[{"c":0}]}}}
    """
