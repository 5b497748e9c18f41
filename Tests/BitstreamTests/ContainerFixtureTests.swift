import Bitstream
import Testing

/// Tests against the fixtures in `fixtures/containers/valid` and `invalid`.
@Suite struct ContainerFixtureTests {
  @Test func validFixturesMatchTheirListings() throws {
    if ContainerFixtures.isUpdating {
      for container in try ValidContainer.all() {
        try ContainerFixtures.write(container.bytes, to: "valid/\(container.name).vampc")
      }
    }
    let names = try ContainerFixtures.names(in: "valid")
    #expect(names == (try ValidContainer.all().map(\.name) + ["worked-example"]).sorted())
    for name in names {
      let listing = listing(of: try events(of: try ContainerFixtures.read("valid/\(name).vampc")))
      if ContainerFixtures.isUpdating {
        try ContainerFixtures.write(Array(listing.utf8), to: "valid/\(name).txt")
      }
      #expect(listing == (try ContainerFixtures.readText("valid/\(name).txt")), "\(name)")
    }
  }

  @Test func writerReproducesValidFixtures() throws {
    for container in try ValidContainer.all() where container.isReproducible {
      #expect(container.bytes == (try ContainerFixtures.read("valid/\(container.name).vampc")), "\(container.name)")
    }
  }

  @Test func invalidFixturesGiveTheFaultInTheirName() throws {
    let containers = try InvalidContainer.all()
    let expected = containers.map { "\($0.name) \($0.code) \($0.byteOffset)\n" }.sorted().joined()
    if ContainerFixtures.isUpdating {
      for container in containers {
        try ContainerFixtures.write(container.bytes, to: "invalid/\(container.name).vampc")
      }
      try ContainerFixtures.write(Array(expected.utf8), to: "invalid/expected.txt")
    }
    #expect(try ContainerFixtures.names(in: "invalid") == containers.map(\.name).sorted())
    #expect(try ContainerFixtures.readText("invalid/expected.txt") == expected)
    for container in containers {
      let bytes = try ContainerFixtures.read("invalid/\(container.name).vampc")
      #expect(bytes == container.bytes, "\(container.name)")
      let error = #expect(throws: BitstreamError.self, "\(container.name)") { try events(of: bytes) }
      #expect(error?.code == container.code, "\(container.name): \(String(describing: error))")
      #expect(error?.byteOffset == container.byteOffset, "\(container.name): \(String(describing: error))")
    }
  }

  @Test func everyFaultOfTheDocumentHasAFixture() throws {
    let document = try ContainerFixtures.readText("../../formats/container.md")
    let section = document.split(separator: "## 9. Faults")[1].split(separator: "## 10.")[0]
    let documented = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
      String($0.split(separator: "`")[1])
    }
    #expect(Set(documented) == Set(try InvalidContainer.all().map(\.code)))
  }

  @Test func lenientReaderSurvivesInvalidFixtures() throws {
    for container in try InvalidContainer.all() {
      let found = try events(of: container.bytes, policy: .lenient)
      #expect(found.damages.contains { $0.reason.code == container.code }, "\(container.name)")
    }
  }
}
