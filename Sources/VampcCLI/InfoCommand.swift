import ArgumentParser
import Bitstream
import Foundation
import ModelStore
import Tokens
import VampcKit

/// `vampc info`
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Say what is inside streams and what it takes.",
    discussion: """
      EXAMPLES
        vampc info song.vampc            for people
        vampc info --json *.vampc        for programs: an object, or an array of
                                         them for several streams

      The token rate counts the kept tokens alone; the real rate counts every byte
      of the stream, tags included. Where blocks are shorter than usual, for the
      sake of latency, it says what the stream would take without that.
      """)

  @Flag(help: "JSON, one key per line.")
  var json = false

  @Argument(help: ArgumentHelp("Streams; - is standard input.", valueName: "file"))
  var inputs: [String]

  func run() throws {
    var objects: [JSONObject] = []
    var separator = ""
    var models = ModelFinder()
    let worst = try InputLoop.run(inputs, name: InputLoop.displayName) { path in
      let input = try InputBytes(path: path)
      let inspection = try StreamInspection(source: input.next)
      let usual = try usualCosts(of: inspection, input)
      for (streamIndex, figures) in inspection.streams.enumerated() {
        let description = StreamDescription(
          file: input.name, streamIndex: streamIndex, figures: figures, model: models.find(for: figures.header),
          usual: usual.indices.contains(streamIndex) ? usual[streamIndex] : nil)
        if json { objects.append(description.json) } else { try Console.result(separator + description.text) }
        separator = "\n"
      }
      if let damage = inspection.damage.first { throw damage.reason }
      if inspection.streams.isEmpty { throw VampcError.nothingToDecode }
      return .success
    }
    if json, !objects.isEmpty { try Console.result(JSONObject.text(of: objects)) }
    try worst.end()
  }

  /// What the streams would take with blocks of the usual length; none where that cannot be told.
  private func usualCosts(of inspection: StreamInspection, _ input: InputBytes) throws -> [StreamStatistics] {
    guard inspection.damage.isEmpty else { return [] }
    if inspection.streams.allSatisfy(\.hasUsualBlocks) { return inspection.streams.map(\.statistics) }
    guard input.isSeekable else { return [] }
    input.rewind()
    return try StreamTrimmer.usualCost(source: input.next, frameCounts: inspection.streams.map(\.statistics.frameCount))
  }
}

/// Looks up, once for each, whether models are there.
struct ModelFinder {
  /// What is known of a stream's model.
  struct Found {
    var name: String?
    var hasGenerator = false
  }

  private let library = Models.library()
  private var foundByCodec: [ModelHash: ModelBundle?] = [:]

  mutating func find(for header: StreamHeader) -> Found {
    let bundle: ModelBundle?
    if let known = foundByCodec[header.codecHash] {
      bundle = known
    } else {
      bundle = try? library.bundle(codecDigestPrefix: header.codecHash.bytes)
      foundByCodec[header.codecHash] = .some(bundle)
    }
    guard let bundle else { return Found() }
    let generator = try? bundle.generatorIdentity()
    return Found(
      name: bundle.name,
      hasGenerator: header.generatorHash.map { hash in generator.map { hash.matches(sha256: $0.digest.bytes) } ?? false
      }
        ?? false)
  }
}
