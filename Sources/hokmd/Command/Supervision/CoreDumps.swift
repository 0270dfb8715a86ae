import CKernel

/// Memory that holds keys and players' cards is never written to a file by a crash.
enum CoreDumps {
    /// Whether the kernel agreed to both: no file, and nothing for a program that takes dumps.
    static func forbid() -> Bool { hokmd_forbid_dumps() == 0 }
}
