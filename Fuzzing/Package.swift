// swift-tools-version: 6.0
import PackageDescription

// A package of its own, so that vampc's build knows nothing of it. `scripts/fuzz` builds it and links it with libFuzzer,
// which brings the main function.
let package = Package(
  name: "vampc-fuzzing",
  products: [.library(name: "VampcFuzzing", type: .static, targets: ["FuzzerEntry"])],
  dependencies: [.package(name: "vampc", path: "..")],
  targets: [
    .target(
      name: "FuzzerEntry",
      dependencies: [.product(name: "VampcFuzzTargets", package: "vampc")],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ]
)
