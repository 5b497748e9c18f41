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
    let printer = InfoPrinter(isJSON: json)
    let worst = try InputLoop.run(inputs, name: InputLoop.displayName) { path in
      let input = try InputBytes(path: path)
      var streams = InfoStreams(printer, name: input.name)
      let damage = try StreamInspection.read(source: input.next) { try streams.add($0) }
      try streams.finish(usual: damage == nil ? usualCosts(of: streams.waiting, input) : [])
      if let damage { throw damage.reason }
      if streams.count == 0 { throw VampcError.nothingToDecode }
      return .success
    }
    try printer.finish()
    try worst.end()
  }

  /// Statistics of the streams if their blocks had the usual length; empty for a pipe.
  private func usualCosts(of streams: [StreamFigures], _ input: InputBytes) throws -> [StreamStatistics] {
    if streams.allSatisfy(\.hasUsualBlocks) { return streams.map(\.statistics) }
    guard input.isSeekable else { return [] }
    input.rewind()
    return try StreamTrimmer.usualCost(source: input.next, frameCounts: streams.map(\.statistics.frameCount))
  }
}

/// Streams of one input on their way to the printer.
///
/// A few streams wait until the whole input has been read, because what blocks of the usual length would cost takes a
/// second reading. In an input of more streams each stream is printed as soon as it is read, without this cost.
private struct InfoStreams {
  private static let mostWaiting = 64

  /// Streams that are not printed yet.
  private(set) var waiting: [StreamFigures] = []
  /// Number of streams so far.
  private(set) var count = 0
  private let printer: InfoPrinter
  private let name: String
  private var printedCount = 0

  init(_ printer: InfoPrinter, name: String) {
    self.printer = printer
    self.name = name
  }

  mutating func add(_ figures: StreamFigures) throws {
    count += 1
    waiting.append(figures)
    if count > Self.mostWaiting { try printWaiting(usual: []) }
  }

  /// Prints the rest.
  ///
  /// - Parameter usual: Statistics that the waiting streams would have with blocks of the usual length; empty where
  ///   unknown.
  mutating func finish(usual: [StreamStatistics]) throws { try printWaiting(usual: usual) }

  private mutating func printWaiting(usual: [StreamStatistics]) throws {
    for (index, figures) in waiting.enumerated() {
      try printer.print(
        name: name, streamIndex: printedCount, figures, usual: usual.indices.contains(index) ? usual[index] : nil)
      printedCount += 1
    }
    waiting.removeAll()
  }
}

/// Printer of descriptions of streams: text, or JSON of one object or of an array of several.
private final class InfoPrinter {
  private let isJSON: Bool
  private var models = ModelFinder()
  private var separator = ""
  /// JSON object that is not printed yet, because it is not known whether another one follows.
  private var waiting: JSONObject?
  private var isArray = false

  init(isJSON: Bool) { self.isJSON = isJSON }

  func print(name: String, streamIndex: Int, _ figures: StreamFigures, usual: StreamStatistics?) throws {
    let description = StreamDescription(
      file: name, streamIndex: streamIndex, figures: figures, model: models.find(for: figures.header), usual: usual)
    guard isJSON else {
      try Console.result(separator + description.text)
      separator = "\n"
      return
    }
    if let waiting {
      try Console.result((isArray ? "" : "[\n") + waiting.text + ",")
      isArray = true
    }
    waiting = description.json
  }

  /// Prints the end of the JSON text.
  func finish() throws {
    guard let waiting else { return }
    try Console.result(waiting.text + (isArray ? "\n]" : ""))
  }
}

/// Finder of the models of streams, which looks into the model folders once.
struct ModelFinder {
  /// Result of a search: the installed model of a stream; without a name where no model is installed.
  struct Found {
    var name: String?
    var hasGenerator = false
    /// Default sampler settings of the model; those of the published code where the model is not installed.
    var samplerDefaults = SamplerSettings.published
  }

  /// Installed codecs with the paths of their models, in the order of the search.
  private lazy var codecs: [(codec: ModelFile, digest: [UInt8], path: String)] =
    Models.library().modelPaths().compactMap { path in
      guard let codec = try? ModelFile(path: path + "/" + ModelRole.codec.fileName),
        let identity = try? codec.identity()
      else { return nil }
      return (codec, Array(identity.digest.bytes), path)
    }
  private var bundles: [String: ModelBundle] = [:]
  private var known: [String: (generator: [UInt8]?, samplerDefaults: SamplerSettings)] = [:]

  /// Finds the model of a stream.
  mutating func find(for header: StreamHeader) -> Found {
    let codec = header.codecHash
    let path =
      codecs.first { codec.matches(sha256: $0.digest) }?.path
      ?? codecs.first { $0.codec.metadata.decodes(codecDigestPrefix: codec.bytes) }?.path
    guard let path, let bundle = bundle(at: path) else { return Found() }
    let facts = facts(of: bundle)
    let hasGenerator =
      if let hash = header.generatorHash, let generator = facts.generator { hash.matches(sha256: generator) } else {
        false
      }
    return Found(name: bundle.name, hasGenerator: hasGenerator, samplerDefaults: facts.samplerDefaults)
  }

  /// Model of a folder, opened once.
  private mutating func bundle(at path: String) -> ModelBundle? {
    if let bundle = bundles[path] { return bundle }
    let bundle = try? ModelBundle(path: path)
    bundles[path] = bundle
    return bundle
  }

  private mutating func facts(
    of bundle: ModelBundle
  ) -> (generator: [UInt8]?, samplerDefaults: SamplerSettings) {
    if let facts = known[bundle.path] { return facts }
    let generator = (try? bundle.generatorIdentity()).flatMap(\.self).map { Array($0.digest.bytes) }
    let facts = (generator, (try? SamplerSettings(besideModel: bundle.path)) ?? .published)
    known[bundle.path] = facts
    return facts
  }
}
