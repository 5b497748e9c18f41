import ArgumentParser
import Bitstream
import Foundation
import ModelStore
import Tokens
import VampcKit

/// Command `vampc info`.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print what streams contain: kept tokens, rates, sizes, source, model, settings, tags.",
    discussion: """
      EXAMPLES
        vampc info song.vampc            one line for each property
        vampc info --json *.vampc        a JSON object, or an array of objects for
                                         several streams

      The token rate counts the kept tokens alone. The real rate counts every byte \
      of the stream, tags included. Where --latency made blocks shorter than usual, \
      a line says how many bytes blocks of the usual length would take.
      """)

  @Flag(help: "Print JSON, one key a line.")
  var json = false

  @Argument(help: ArgumentHelp("Streams; - is standard input.", valueName: "file"), completion: .file())
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

  /// Statistics of the streams if their blocks had the usual length; empty where the input is damaged or a pipe.
  private func usualCosts(of inspection: StreamInspection, _ input: InputBytes) throws -> [StreamStatistics] {
    guard inspection.damage.isEmpty else { return [] }
    if inspection.streams.allSatisfy(\.hasUsualBlocks) { return inspection.streams.map(\.statistics) }
    guard input.isSeekable else { return [] }
    input.rewind()
    return try StreamTrimmer.usualCost(source: input.next, frameCounts: inspection.streams.map(\.statistics.frameCount))
  }
}

/// Finder of the models of streams, which searches each codec once.
struct ModelFinder {
  /// Result of a search: the installed model of a stream; without a name where no model is installed.
  struct Found {
    var name: String?
    var hasGenerator = false
    /// Default sampler settings of the model; those of the published code where the model is not installed.
    var samplerDefaults = SamplerSettings.published
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
        ?? false,
      samplerDefaults: (try? SamplerSettings(besideModel: bundle.path)) ?? .published)
  }
}
