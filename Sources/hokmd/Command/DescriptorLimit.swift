import Glibc

/// How many files and sockets the process may have open.
enum DescriptorLimit {
    /// Asks for this many, as far as the system allows without asking anyone, and says how many it
    /// is now. Shells start programs with 1,024, which is fewer than the players that we promise.
    static func raise(to wanted: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else {
            return 0
        }
        let target = min(rlim_t(max(0, wanted)), limit.rlim_max)
        if limit.rlim_cur < target {
            var raised = limit
            raised.rlim_cur = target
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
