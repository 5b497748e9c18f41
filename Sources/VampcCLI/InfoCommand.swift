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
        vampc info song.vampc      print one line for each property
        vampc info --json *.vampc  print JSON, an array for several streams

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

  /// Statistics that the streams would have if their blocks had the usual length, in order; empty where the statistics
  /// would need a second reading of a pipe.
  private func usualCosts(of streams: [StreamFigures], _ input: InputBytes) throws -> [StreamStatistics] {
    if streams.allSatisfy(\.hasUsualBlocks) { return streams.map(\.statistics) }
    guard input.isSeekable else { return [] }
    input.rewind()
    return try StreamTrimmer.usualCost(source: input.next, frameCounts: streams.map(\.statistics.frameCount))
  }
}

/// Queue of the streams of one input between reading and printing.
///
/// Up to 64 streams wait until the whole input has been read, because the size with blocks of the usual length takes a
/// second reading. In an input of more streams the first 64 streams are printed when stream 65 is read, and each later
/// stream as soon as it is read, all without this size.
private struct InfoStreams {
  private static let mostWaiting = 64

  /// Streams that are not printed yet.
  private(set) var waiting: [StreamFigures] = []
  /// Number of streams that have been added.
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

  /// Prints the streams that wait.
  ///
  /// - Parameter usual: Statistics that the waiting streams would have with blocks of the usual length, in the same
  ///   order; empty where unknown.
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

/// Printer of descriptions of streams as text or as JSON: one object, or an array of several objects.
private final class InfoPrinter {
  private let isJSON: Bool
  private var models = ModelFinder()
  private var separator = ""
  /// JSON object that is not printed yet, because a comma must follow if another object follows.
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

  /// Prints the JSON object that still waits, and closes the array if there are several objects. Prints nothing for
  /// text.
  func finish() throws {
    guard let waiting else { return }
    try Console.result(waiting.text + (isArray ? "\n]" : ""))
  }
}

/// Finder of the installed models of streams, which looks into the model folders once.
struct ModelFinder {
  /// Result of a search for the model of a stream.
  struct Found {
    /// Name of the installed model with the stream's codec; nil where no such model is installed.
    var name: String?
    /// Whether the installed model has the transformers that the stream names.
    var hasGenerator = false
    /// Default sampler settings of the model; the settings of the published VampNet code where the model is not
    /// installed or has no valid settings.
    var samplerDefaults = SamplerSettings.published
  }

  /// Facts about an installed model that are needed to describe streams.
  private struct Facts {
    let name: String
    let generatorDigest: [UInt8]?
    let samplerDefaults: SamplerSettings
  }

  private let library = Models.library()
  private lazy var codecs = library.installedCodecs()
  /// Facts about the models found so far, by the paths of their folders.
  private var known: [String: Facts] = [:]

  /// Finds the model of a stream.
  mutating func find(for header: StreamHeader) -> Found {
    guard let path = codecs.modelPath(codecDigestPrefix: header.codecHash.bytes), let facts = facts(at: path) else {
      return Found()
    }
    let hasGenerator =
      if let hash = header.generatorHash, let digest = facts.generatorDigest { hash.matches(sha256: digest) } else {
        false
      }
    return Found(name: facts.name, hasGenerator: hasGenerator, samplerDefaults: facts.samplerDefaults)
  }

  /// Facts about the model in a folder, which is opened once; nil where the model cannot be opened.
  private mutating func facts(at path: String) -> Facts? {
    if let facts = known[path] { return facts }
    guard let bundle = try? ModelBundle(path: path, identityCache: library.identityCache) else { return nil }
    let generator = (try? bundle.generatorIdentity()).flatMap(\.self)
    let facts = Facts(
      name: bundle.name, generatorDigest: generator.map { Array($0.digest.bytes) },
      samplerDefaults: (try? SamplerSettings(besideModel: path)) ?? .published)
    known[path] = facts
    return facts
  }
}
