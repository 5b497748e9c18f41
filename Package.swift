// swift-tools-version: 6.1
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A C library that Debian ships; `scripts/install` installs `package`.
func systemLibrary(_ name: String, pkgConfig: String? = nil, package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// One of vampc's own modules.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

/// The tests of one module.
func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    swiftSettings: swiftSettings)
}

// Targets stand in levels: each imports only what stands above it.
let package = Package(
  name: "vampc",
  products: [
    .executable(name: "vampc", targets: ["VampcCLI"]),
    // One import for other programs.
    .library(name: "Vampc", targets: ["Vampc"]),
    // The networks alone, for `Benchmarks/`.
    .library(name: "VampcEngine", targets: ["Kernels", "ModelStore", "Tokens", "DAC", "VampNet"]),
    // The readers and what they promise, for `Fuzzing/`.
    .library(name: "VampcFuzzTargets", targets: ["FuzzTargets"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // System calls with interruptions and error numbers handled, in place of eight loops of our own.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // A plugin: no module depends on it. `scripts/check-documentation` builds the documentation with it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // Level 0: C libraries, and the C that Swift cannot compile well.
    systemLibrary("COpenBLAS", pkgConfig: "openblas", package: "libopenblas-dev"),
    systemLibrary("CLAPACK", pkgConfig: "openblas", package: "libopenblas-dev"),
    systemLibrary("CSndfile", pkgConfig: "sndfile", package: "libsndfile1-dev"),
    systemLibrary("CFLAC", pkgConfig: "flac", package: "libflac-dev"),
    systemLibrary("CMpg123", pkgConfig: "libmpg123", package: "libmpg123-dev"),
    systemLibrary("COpus", pkgConfig: "opus", package: "libopus-dev"),
    systemLibrary("COpusenc", pkgConfig: "libopusenc", package: "libopusenc-dev"),
    systemLibrary("COpusfile", pkgConfig: "opusfile", package: "libopusfile-dev"),
    systemLibrary("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
    systemLibrary("CSoxr", pkgConfig: "soxr", package: "libsoxr-dev"),
    systemLibrary("CEbur128", pkgConfig: "libebur128", package: "libebur128-dev"),
    // No pkg-config: its file sets macros, which SwiftPM refuses with a warning; the shim sets the one that matters.
    systemLibrary("CKissFFT", package: "libkissfft-dev"),
    systemLibrary("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
    .target(name: "CKernels"),
    // Loads librsvg where a picture is drawn; building needs no header of it.
    .target(name: "CLibrsvg"),
    // Ends the program where memory runs out; replaces functions of the C library, so only the program links it.
    .target(name: "COutOfMemory"),
    .target(name: "COpusControl", dependencies: ["COpusenc"]),
    // The protocol of all errors.
    module("ExplainedErrors"),

    // Level 1: the operating system; integers on one side, floats on the other.
    module("SystemCalls", ["ExplainedErrors", .product(name: "SystemPackage", package: "swift-system")]),
    tests(of: "SystemCalls"),
    module("Tokens"),
    tests(of: "Tokens"),
    module("Pickle", ["ExplainedErrors"]),
    tests(of: "Pickle"),
    // Masks, embeddings and `.dac` files come in NumPy's format; one reader serves all.
    module("NumPy", ["ExplainedErrors"]),
    tests(of: "NumPy"),
    module("Kernels", ["COpenBLAS", "CKernels"]),
    tests(of: "Kernels"),

    // Level 2
    module("Signal", ["Tokens", "CSoxr", "CEbur128", "CKissFFT", "ExplainedErrors"]),
    tests(of: "Signal"),
    module("Bitstream", ["Tokens", "CZlib", "ExplainedErrors"]),
    tests(of: "Bitstream", ["FuzzTargets"]),
    module("ModelStore", ["CCrypto", "SystemCalls", "ExplainedErrors"]),
    tests(of: "ModelStore", ["ReferenceCases"]),
    module("DACFile", ["Pickle", "NumPy", "Tokens", "ExplainedErrors"]),
    tests(of: "DACFile", ["Pickle", "Tokens", "ReferenceCases"]),

    // Level 3
    module("ModelImport", ["Pickle", "ModelStore", "CZlib", "SystemCalls", "ExplainedErrors"]),
    tests(of: "ModelImport", ["ModelStore", "Pickle", "ReferenceCases"]),
    module("DAC", ["Kernels", "Tokens", "ModelStore"]),
    tests(of: "DAC", ["ReferenceCases"]),
    module("VampNet", ["Kernels", "Tokens", "ModelStore", "ExplainedErrors"]),
    tests(of: "VampNet", ["DAC", "ReferenceCases"]),
    module(
      "AudioIO",
      ["Signal", "Bitstream", "CSndfile", "CFLAC", "CMpg123", "COpusfile", "SystemCalls", "ExplainedErrors"]),
    tests(of: "AudioIO"),
    module("OpusBaseline", ["Signal", "COpus", "COpusenc", "COpusControl", "COpusfile", "ExplainedErrors"]),
    tests(of: "OpusBaseline", ["Signal"]),
    module("Archive", ["Bitstream", "Tokens", "SystemCalls", "ExplainedErrors"]),
    tests(of: "Archive", ["ReferenceCases", "Bitstream", "SystemCalls", "Tokens"]),

    // Level 4
    module(
      "VampcKit",
      [
        "Tokens", "NumPy", "Kernels", "Signal", "Bitstream", "ModelStore", "DACFile", "DAC", "VampNet", "AudioIO",
        "SystemCalls", "ExplainedErrors",
      ]),
    tests(of: "VampcKit", ["ReferenceCases"]),

    // Level 5, the door for other programs: it re-exports the modules whose types its interface names.
    module("Vampc", ["VampcKit", "Archive", "AudioIO", "Bitstream", "Kernels", "ModelStore", "Signal", "Tokens"]),
    tests(of: "Vampc", ["ReferenceCases"]),

    // Level 5
    module(
      "Evaluation",
      [
        "Signal", "NumPy", "AudioIO", "VampcKit", "ModelStore", "DAC", "Kernels", "COpenBLAS", "CLAPACK",
        "SystemCalls", "ExplainedErrors",
      ]),
    tests(
      of: "Evaluation",
      [
        "Signal", "NumPy", "AudioIO", "OpusBaseline", "ReferenceCases", "VampcKit", "VampNet", "ModelStore", "Kernels",
      ]),

    // Level 6
    module(
      "Sweep",
      [
        "Evaluation", "VampcKit", "OpusBaseline", "AudioIO", "Signal", "Bitstream", "Tokens", "Kernels", "ModelStore",
        "SystemCalls", "ExplainedErrors",
      ]),
    tests(of: "Sweep", ["Evaluation", "ReferenceCases"]),

    // Level 7
    module(
      "Report",
      [
        "Sweep", "VampcKit", "Evaluation", "AudioIO", "OpusBaseline", "Signal", "CLibrsvg", "CZlib", "CCrypto",
        "SystemCalls", "ExplainedErrors",
      ],
      // Embedded in the program, which needs no bundle beside it.
      resources: [.embedInCode("Resources/page.js"), .embedInCode("Resources/page.css")]),
    tests(of: "Report", ["Sweep", "Evaluation", "VampcKit", "AudioIO", "Signal"]),

    // Level 8
    .executableTarget(
      name: "VampcCLI",
      dependencies: [
        "VampcKit", "Evaluation", "OpusBaseline", "AudioIO", "Signal", "Bitstream", "Tokens", "NumPy", "Kernels",
        "ModelStore", "ModelImport", "DACFile", "Archive", "Sweep", "Report", "SystemCalls", "ExplainedErrors",
        "COutOfMemory",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
    tests(
      of: "VampcCLI", ["ReferenceCases", "AudioIO", "Signal", "Bitstream", "Tokens", "NumPy", "ModelStore"]),

    // Errors of all modules in one table.
    tests(
      of: "ExplainedErrors",
      [
        "SystemCalls", "Pickle", "NumPy", "Signal", "Bitstream", "ModelStore", "DACFile", "ModelImport", "VampNet",
        "AudioIO", "OpusBaseline", "Archive", "VampcKit", "Evaluation", "Sweep", "Report",
      ]),

    // Shared by tests alone: temporary folders and seeded random numbers.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
    // Shared by tests alone: reference cases and fixtures by name.
    .target(
      name: "ReferenceCases", dependencies: ["ModelImport"], path: "Tests/ReferenceCases", swiftSettings: swiftSettings),
    tests(of: "ReferenceCases"),
    // Shared by tests and `Fuzzing/`: what every reader promises of any bytes.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Archive", "AudioIO", "Bitstream", "DACFile", "Evaluation", "Kernels", "ModelImport", "ModelStore", "NumPy",
        "Pickle", "Signal", "Sweep", "Tokens", "VampcKit",
      ],
      path: "Tests/FuzzTargets",
      swiftSettings: swiftSettings),
    tests(of: "FuzzTargets"),
  ]
)
