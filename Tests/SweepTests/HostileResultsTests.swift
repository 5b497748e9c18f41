import Foundation
import Sweep
import TestSupport
import Testing

/// Results of sweeps that a stranger could have made.
@Suite struct HostileResultsTests {
  private static let conditions = [SweepCondition(.original), SweepCondition(.opus)]

  private static func description(
    _ conditions: [SweepCondition] = conditions, clips: [String] = ["a"], embeddings: [String] = ["codec"]
  ) -> SweepDescription {
    SweepDescription(
      command: "vampc sweep", presets: [], versions: [:],
      machine: SweepDescription.Machine(processor: "p", cores: 1, instructionSet: "baseline"), models: [],
      selection: SweepDescription.Selection(),
      clips: clips.map {
        SweepDescription.Clip(
          name: $0, file: "a.wav", startSeconds: 0, seconds: 1, sampleRateHz: 8_000, contentHash: "00")
      }, conditions: conditions,
      embeddings: embeddings.map {
        SweepDescription.Embedding(name: $0, source: "dac:0", dimension: 1, referenceCount: 0)
      })
  }

  private func written(_ description: SweepDescription, _ folder: TemporaryFolder, _ name: String) throws -> String {
    try folder.write(try JSONEncoder().encode(description), to: name + "/sweep.json")
    return folder.file(name)
  }

  private func merge(_ folders: [String], into output: String) throws {
    _ = try SweepMerge.merge(folders, into: output, threadCount: 1) {}
  }

  @Test func nothingOccursTwice() throws {
    let folder = try TemporaryFolder()
    for (index, description) in [
      Self.description(Self.conditions + [SweepCondition(.opus, figures: ["other"])]),
      Self.description(clips: ["a", "a"]), Self.description(embeddings: ["codec", "codec"]),
    ].enumerated() {
      let path = try written(description, folder, "shard\(index)")
      #expect(throws: SweepError.self) { try SweepDescription(resultsIn: path) }
      let fault = #expect(throws: SweepError.self) { try merge([path], into: folder.file("merged")) }
      #expect(fault?.description.contains("twice") == true, "\(String(describing: fault))")
    }
  }

  @Test(arguments: ["../a", "", "a/b", "a\0b"]) func namesLeadToNoOtherFolder(name: String) throws {
    let folder = try TemporaryFolder()
    var model = SweepCondition(.vampc)
    model.model = name + "/"
    for description in [
      Self.description(clips: [name]), Self.description(embeddings: [name]), Self.description([model]),
    ] {
      let path = try written(description, folder, "shard")
      let fault = #expect(throws: SweepError.self) { try merge([path], into: folder.file("merged")) }
      #expect(fault?.description.contains("no file name") == true, "\(String(describing: fault))")
    }
  }

  @Test func mergingFollowsNoLinks() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write(Array("secret".utf8), to: "secret/key.txt")
    for (link, target) in [("cells/x", secret), ("cells/y", folder.file("secret")), ("audio", folder.file("secret"))] {
      let shard = try written(Self.description(), folder, "shard")
      try FileManager.default.createDirectory(atPath: shard + "/cells", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: shard + "/" + link, withDestinationPath: target)
      let fault = #expect(throws: SweepError.self) { try merge([shard], into: folder.file("merged")) }
      guard case .notResults(shard + "/" + link, _) = fault else {
        Issue.record("\(String(describing: fault))")
        continue
      }
      let copies = try FileManager.default.subpathsOfDirectory(atPath: folder.file("merged"))
      #expect(!copies.contains { $0.hasSuffix("key.txt") || $0.hasSuffix("/x") }, "\(copies)")
      try FileManager.default.removeItem(atPath: shard)
    }
    // A pipe would never end.
    let shard = try written(Self.description(), folder, "shard")
    try FileManager.default.createDirectory(atPath: shard + "/cells", withIntermediateDirectories: true)
    #expect(mkfifo(shard + "/cells/pipe", 0o600) == 0)
    #expect(throws: SweepError.self) { try merge([shard], into: folder.file("merged")) }
    #expect(unlink(shard + "/cells/pipe") == 0 && unlink(shard + "/sweep.json") == 0)
    #expect(mkfifo(shard + "/sweep.json", 0o600) == 0)
    #expect(throws: SweepError.self) { try merge([shard], into: folder.file("merged")) }
  }
}
