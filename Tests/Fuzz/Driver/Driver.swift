import FuzzTargets
import Glibc

// libFuzzer calls this for each input. Which target it is for, the environment says.
private let target = getenv("FUZZ_TARGET").flatMap {
    FuzzTarget(rawValue: String(cString: $0))
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let target else { exit(2) }
    target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

public typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
    _ callback: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The package manager gives an executable's `main` this name.
@_cdecl("hokmd_fuzz_main")
public func hokmdFuzzMain(_ count: CInt, _ arguments: Arguments) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments) { testOneInput($0, $1) }
}
