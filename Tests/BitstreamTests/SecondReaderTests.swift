import Bitstream
import Foundation
import TestSupport
import Testing

/// Tests that the Python package `python/vampc`, written from `formats/container.md` alone, agrees with the Swift
/// reader in every token and fault.
@Suite struct SecondReaderTests {
  private func run(
    _ arguments: [String], _ program: ExternalProgram, input: [UInt8] = []
  ) throws -> ExternalProgram.Outcome {
    try program.run(
      ["python3", "-m", "vampc"] + arguments, input: input,
      environment: ["PYTHONPATH": ExternalProgram.pythonFolder.path])
  }

  /// Returns the output that the second reader must print for `bytes`.
  private func expected(_ bytes: [UInt8]) -> String {
    do {
      return listing(of: try events(of: bytes))
    } catch let error as BitstreamError {
      return "\(error.code) \(error.byteOffset ?? -1)\n"
    } catch {
      return "\(error)"
    }
  }

  /// Reads all containers in one run of the second reader and compares the outputs.
  private func compare(_ containers: [(name: String, bytes: [UInt8])]) throws {
    let program = try ExternalProgram()
    for container in containers { try program.write(container.bytes, to: container.name) }
    let outcome = try run(containers.map(\.name), program)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    let found = outcome.output.components(separatedBy: "file ").dropFirst()
    try #require(found.count == containers.count)
    for (container, text) in zip(containers, found) {
      let expected = expected(container.bytes)
      let agrees = text == container.name + "\n" + expected
      #expect(agrees, "\(text.prefix(300))where Swift says\n\(expected.prefix(300))")
    }
  }

  private func fixtures(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
    try ContainerFixtures.names(in: folder).map {
      (name: "\(folder)-\($0)", bytes: try ContainerFixtures.read("\(folder)/\($0).vampc"))
    }
  }

  @Test func agreesOnEveryFixture() throws {
    let fixtures = try fixtures(in: "valid") + fixtures(in: "invalid")
    #expect(fixtures.count > 100)
    try compare(fixtures)
  }

  @Test func agreesOnMutations() throws {
    let valid = try fixtures(in: "valid").map(\.bytes)
    let invalid = try fixtures(in: "invalid").map(\.bytes)
    let mutations = (0..<600).map { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      let mutation = ContainerMutation(ofValid: valid, invalid: invalid, using: &random)
      return (name: "seed-\(seed)", bytes: mutation.bytes)
    }
    // The mutations reach every part of a reader, not only its checksums.
    var codes: [String: Int] = [:]
    for mutation in mutations {
      codes[String(expected(mutation.bytes).prefix { $0 != " " && $0 != "\n" }), default: 0] += 1
    }
    #expect(codes.count >= 18, "\(codes)")
    #expect(codes["stream", default: 0] > 60, "\(codes)")
    #expect(codes["bad-checksum", default: 0] < 120, "\(codes)")
    try compare(mutations)
  }

  @Test func exitStatusTellsTheOutcome() throws {
    let program = try ExternalProgram()
    let whole = try ContainerFixtures.read("valid/worked-example.vampc")
    try program.write(whole, to: "a.vampc")
    let listing = try ContainerFixtures.readText("valid/worked-example.txt")
    let good = try run(["a.vampc"], program)
    #expect(good.status == 0)
    #expect(good.output == listing)
    let piped = try run(["-"], program, input: whole)
    #expect(piped.status == 0)
    #expect(piped.output == listing)
    let bad = try run(["-"], program, input: whole.dropLast())
    #expect(bad.status == 65)
    #expect(bad.output == "truncated 0\n")
    let both = try run(["a.vampc", "-"], program, input: [1])
    #expect(both.status == 65)
    #expect(both.output == "file a.vampc\n\(listing)file -\nmissing-sync 0\n")
    let missing = try run(["b.vampc"], program)
    #expect(missing.status == 1)
    #expect(missing.errors == "python3 -m vampc: error: b.vampc: No such file or directory\n")
    #expect(try run([], program).status == 64)
  }
}
