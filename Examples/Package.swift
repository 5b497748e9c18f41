// swift-tools-version: 6.0
import PackageDescription

/// One example program, which needs nothing but the library.
func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: [.product(name: "Vampc", package: "vampc")],
    swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility")])
}

let package = Package(
  name: "vampc-examples",
  dependencies: [.package(name: "vampc", path: "..")],
  targets: [
    example("encode-decode"), example("stream-pipe"), example("read-tokens"), example("inpaint"), example("loop"),
    example("continue"),
  ])
