// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is built alike. Warnings are errors where `CI` is set, so that a newer
/// compiler's new warning stops a release, not somebody's afternoon.
///
/// With `HOKMD_FUZZ` set, everything is built for libFuzzer: see Tests/Fuzz/run.
let isFuzzing = Context.environment["HOKMD_FUZZ"] != nil
let swiftSettings: [SwiftSetting] =
    [
        .enableExperimentalFeature("Lifetimes"),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])
    + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

/// Small rather than fast, a megabyte in all, since the program has a bound of 25 MB: what a message
/// costs is spent in NIO, libssl and liblz4, and what computes is in Game, which is made fast.
let smallSettings = swiftSettings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let collections: [Target.Dependency] = [
    .product(name: "DequeModule", package: "swift-collections")
]
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")

// The order is DESIGN's: a target may import only what stands above it.
let package = Package(
    name: "hokmd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // Calls that Glibc's Swift module leaves out.
        .target(name: "CKernel"),
        // Inlined into what computes, so made fast.
        .target(name: "Random", swiftSettings: swiftSettings),
        .target(name: "Wire", swiftSettings: swiftSettings),
        .target(name: "JSON", swiftSettings: smallSettings),
        .target(name: "SVG", swiftSettings: smallSettings),
        .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: smallSettings),
        .target(name: "Referee", dependencies: ["JSON"], swiftSettings: smallSettings),
        .target(
            name: "Game", dependencies: ["Random", "Wire", "CSodium"], swiftSettings: swiftSettings),
        .target(
            name: "Policy", dependencies: ["Random", "JSON", "SVG", "YAML"],
            swiftSettings: smallSettings),
        .target(
            name: "Gossip", dependencies: ["Wire", "CSodium", logging] + nio,
            swiftSettings: smallSettings),
        .target(
            name: "PlayerProtocol", dependencies: ["Game", "JSON", "Wire", "CSodium"],
            swiftSettings: smallSettings),
        .target(
            name: "Link",
            dependencies: [
                "COpenSSL", "CSodium", "Game", "Gossip", "PlayerProtocol", "Wire", logging,
            ] + nio,
            path: "Sources/hokmd/Link", swiftSettings: smallSettings),
        .target(
            name: "Rooms",
            dependencies: [
                "Random",
                "Game", "Gossip", "Link", "PlayerProtocol", "Wire", "CLZ4", logging, heap,
            ] + nio + collections,
            path: "Sources/hokmd/Rooms", swiftSettings: smallSettings),
        .target(
            name: "CWebClient", path: "Sources/hokmd/Gateway/Web", exclude: ["client"],
            sources: ["web.c"]),
        .target(
            name: "Gateway",
            dependencies: [
                "Game", "Gossip", "Link", "PlayerProtocol", "CWebClient", logging,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio + collections,
            path: "Sources/hokmd/Gateway", exclude: ["Web"], swiftSettings: smallSettings),
        .target(
            name: "CPolicy", path: "Sources/hokmd/Scaler/Default", sources: ["default.c"]),
        .target(
            name: "Scaler",
            dependencies: ["CPolicy", "Gossip", "JSON", "Link", "Policy", "Wire", "YAML", logging]
                + nio,
            path: "Sources/hokmd/Scaler", exclude: ["Default"], swiftSettings: smallSettings),
        .target(
            name: "CDashboard", path: "Sources/hokmd/Admin/Dashboard", exclude: ["page"],
            sources: ["dashboard.c"]),
        .target(
            name: "Admin",
            dependencies: [
                "CDashboard", "CSodium", "Gateway", "Gossip", "JSON", "Rooms", logging,
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            path: "Sources/hokmd/Admin", exclude: ["Dashboard"], swiftSettings: smallSettings),
        .target(
            name: "Load",
            dependencies: [
                "Random",
                "JSON", "Referee", "SVG",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ] + nio,
            path: "Sources/hokmd/Load", swiftSettings: smallSettings),
        .target(
            name: "Simulation", dependencies: ["Gossip", "Wire", heap],
            swiftSettings: swiftSettings),
        .target(
            name: "ClusterSimulation",
            dependencies: [
                "Random",
                "Game", "Gateway", "Gossip", "JSON", "Link", "PlayerProtocol", "Referee", "Rooms",
                "Simulation", "Wire",
            ], swiftSettings: swiftSettings),
        .executableTarget(
            name: "hokmd",
            dependencies: [
                "Admin", "CKernel", "Game", "Gateway", "Gossip", "JSON", "Link", "Load",
                "PlayerProtocol", "Policy", "Rooms", "Scaler", "YAML",
                logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio + collections,
            path: "Sources/hokmd/Command",
            swiftSettings: smallSettings),
        .executableTarget(
            name: "bench-bots", dependencies: ["Random", "Game"], path: "Benchmarks/Bots",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "bench-echo",
            dependencies: [
                "Gateway", "Gossip", .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ] + nio, path: "Benchmarks/Echo", swiftSettings: swiftSettings),
        .executableTarget(
            name: "bench-game", dependencies: ["Random", "Game"], path: "Benchmarks/Game",
            swiftSettings: swiftSettings),
        .systemLibrary(name: "CMalloc", path: "Benchmarks/CMalloc"),
        .executableTarget(
            name: "bench-links", dependencies: ["CMalloc", "Gossip", "Link", logging] + nio,
            path: "Benchmarks/Links", swiftSettings: swiftSettings),
        .executableTarget(
            name: "bench-failover", dependencies: ["Load"] + nio, path: "Benchmarks/Failover",
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "bench-placement", dependencies: ["Gossip"], path: "Benchmarks/Placement",
            swiftSettings: swiftSettings),
        // Counts what its thread allocates; only for measuring, never in the product.
        .target(name: "CAllocations", path: "Benchmarks/CAllocations"),
        .executableTarget(
            name: "hokmd-simulate",
            dependencies: [
                "CAllocations", "CMalloc", "ClusterSimulation", "Gossip", "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Simulate", swiftSettings: swiftSettings),
        .executableTarget(
            name: "bench-policy", dependencies: ["Policy"], path: "Benchmarks/Policy",
            swiftSettings: swiftSettings),
        .testTarget(
            name: "GameTests", dependencies: ["Random", "Game", "PlayerProtocol", "Wire"],
            swiftSettings: swiftSettings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: swiftSettings),
        .testTarget(
            name: "GossipTests", dependencies: ["Gossip", "Wire", logging] + nio,
            swiftSettings: swiftSettings),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["CAllocations", "Gossip", "Simulation", "Wire"],
            exclude: ["failed-seeds", "run"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "ClusterSimulationTests", dependencies: ["ClusterSimulation", "Simulation"],
            swiftSettings: swiftSettings),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Game", "Gateway", "Gossip", "JSON", "Link", "Policy", "Scaler", "Simulation",
                "Wire",
            ],
            path: "Tests/Fuzz", exclude: ["Driver", "corpus", "run"], sources: ["Targets"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: swiftSettings),
        .testTarget(
            name: "PlayerProtocolTests",
            dependencies: ["Random", "Game", "JSON", "PlayerProtocol"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LinkTests",
            dependencies: [
                "Random",
                "COpenSSL", "Gossip", "Link", "Wire", "bench-links", logging,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio,
            swiftSettings: swiftSettings),
        .testTarget(
            name: "RoomsTests",
            dependencies: [
                "Random", "Game", "Gossip", "JSON", "Link", "PlayerProtocol", "Rooms", "Wire",
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Random",
                "Game", "Gateway", "Gossip", "JSON", "Link", "PlayerProtocol",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: swiftSettings),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "Admin", "Gateway", "Gossip", "JSON", "Rooms", "hokmd", logging,
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ] + nio,
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LoadTests", dependencies: ["JSON", "Load"] + nio, swiftSettings: swiftSettings),
        .testTarget(
            name: "JSONTests", dependencies: ["Random", "JSON"], swiftSettings: swiftSettings),
        .testTarget(
            name: "YAMLTests", dependencies: ["Random", "YAML"], swiftSettings: swiftSettings),
        .testTarget(
            name: "PolicyTests", dependencies: ["Random", "JSON", "Policy", "YAML"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "ScalerTests",
            dependencies: ["Random", "Gossip", "JSON", "Policy", "Scaler", "YAML", logging] + nio,
            swiftSettings: swiftSettings),
        .testTarget(
            name: "RefereeTests", dependencies: ["Random", "Referee", "JSON"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "hokmdTests",
            dependencies: [
                "Random",
                "hokmd", "Game", "Gateway", "Gossip", "JSON", "PlayerProtocol", "Policy", "Rooms",
                "Scaler", "YAML", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + nio,
            swiftSettings: swiftSettings),
        .testTarget(
            name: "RepositoryTests", dependencies: ["hokmd"], swiftSettings: swiftSettings),
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "Random",
                "Load", "Referee", "JSON",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ] + nio,
            swiftSettings: swiftSettings),
    ],
    swiftLanguageModes: [.v6]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "hokmd-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver",
            swiftSettings: swiftSettings + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
