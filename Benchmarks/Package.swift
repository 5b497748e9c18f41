// swift-tools-version: 6.0
import PackageDescription

// A package of its own, so that vampc's build knows nothing of it.
let package = Package(
  name: "vampc-benchmarks",
  dependencies: [.package(name: "vampc", path: "..")],
  targets: [
    .executableTarget(
      name: "vampc-bench",
      dependencies: [.product(name: "VampcEngine", package: "vampc")],
      swiftSettings: [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ]
)
