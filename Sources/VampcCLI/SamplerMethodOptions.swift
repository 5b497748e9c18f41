public import ArgumentParser
import Kernels
import ModelStore
public import Tokens
import VampcKit

/// Options for the choice of the sampler, for sampler settings that streams do not store, and for a second model.
struct SamplerMethodOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Sampler: vampnet settles the likeliest tokens first, with --mask-temperature 10.5; vampnet-random settles tokens in random order; magnet generates one codebook after the other, in spans, with --temperature 3, --fine-temperature 3 and --top-p 0.9. Default: the model's; for decode, the stream's.",
      valueName: "name"))
  var sampler: SamplerMethod?

  @Option(help: ArgumentHelp("Draw from so many likeliest tokens, 1 to 65536. Default: all.", valueName: "count"))
  var topK: Int?

  @Option(
    help: ArgumentHelp(
      "Smallest number of tokens that --typical-mass draws from, 1 to 65536. Default: 64.", valueName: "count"))
  var typicalMinimum: Int?

  @Option(
    help: ArgumentHelp(
      "Share of the steps that draw tokens, 0 to 1; later steps take the likeliest token. Default: 1.",
      valueName: "share"))
  var sampleCutoff: Double?

  @Option(help: ArgumentHelp("Frames of a span of magnet, 1 to 255. Default: 3.", valueName: "frames"))
  var span: Int?

  @Option(
    help: ArgumentHelp(
      "Score of a span of magnet: max takes its likeliest token, prod the product of all. Default: max.",
      valueName: "name"))
  var spanScoring: SpanSettings.Scoring?

  @Option(
    help: ArgumentHelp(
      "Spans of magnet: nonoverlap places one after the other, stride1 lets one begin at each frame. Default: nonoverlap.",
      valueName: "name"))
  var spanArrangement: SpanSettings.Arrangement?

  @Option(
    help: ArgumentHelp(
      "Steps of magnet for codebook 0 and the following, each 1 to 255. Further coarse codebooks have the last number, fine ones --fine-steps. Default: 20,10,10,10.",
      valueName: "counts"))
  var levelSteps: LevelStepsArgument?

  @Option(
    help: ArgumentHelp(
      "Frames on each side that codebooks after the first attend to with magnet: 0 to 65535, or all. Default: 5.",
      valueName: "frames"))
  var contextFrames: ContextFramesArgument?

  @Option(
    help: ArgumentHelp(
      "Generate the first seconds of the recording frame by frame, 0 to 3600. Slow. Default: 0.", valueName: "seconds"))
  var sequential: Double?

  @Option(
    help: ArgumentHelp(
      "Second model, by name or folder, whose probabilities are mixed in; its codec must have the same codebooks.",
      valueName: "name-or-path"), completion: .modelNames)
  var rescore: String?

  @Option(
    help: ArgumentHelp("Share of the second model's probabilities, 0 to 1. Default: 0.5.", valueName: "share"))
  var rescoreWeight: Double?

  func validate() throws {
    try Self.check("--top-k", topK, 1...65_536)
    try Self.check("--typical-minimum", typicalMinimum, 1...65_536)
    try Self.check("--sample-cutoff", sampleCutoff, 0...1)
    try Self.check("--span", span, 1...255)
    try Self.check("--sequential", sequential, 0...3_600)
    try Self.check("--rescore-weight", rescoreWeight, 0...1)
    if rescoreWeight != nil, rescore == nil { throw ValidationError("--rescore-weight needs --rescore") }
    let magnetOptions = [
      ("--span", span != nil), ("--span-scoring", spanScoring != nil), ("--span-arrangement", spanArrangement != nil),
      ("--level-steps", levelSteps != nil), ("--context-frames", contextFrames != nil),
    ].filter(\.1).map(\.0)
    if sampler != .magnet, let first = magnetOptions.first {
      throw ValidationError("\(first) needs --sampler magnet")
    }
    if spanArrangement == .stride1, spanScoring == .max {
      throw ValidationError("--span-arrangement stride1 scores by the product, not with --span-scoring max")
    }
  }

  /// Sets the sampler of `--sampler` with its published values. Call this before options for single settings are
  /// applied.
  func choose(in settings: inout SamplerSettings) {
    if let sampler { settings.choose(sampler) }
  }

  /// Changes the settings that options of this group name; `choose(in:)` applies `--sampler`.
  func apply(to settings: inout SamplerSettings) {
    settings.topK = topK ?? settings.topK
    settings.typicalMinimumCount = typicalMinimum ?? settings.typicalMinimumCount
    settings.sampleCutoff = sampleCutoff ?? settings.sampleCutoff
    settings.spans.length = span ?? settings.spans.length
    settings.spans.scoring = spanScoring ?? settings.spans.scoring
    settings.spans.arrangement = spanArrangement ?? settings.spans.arrangement
    settings.spans.levelStepCounts = levelSteps?.counts ?? settings.spans.levelStepCounts
    if let contextFrames { settings.spans.contextFrameCount = contextFrames.frameCount }
    settings.sequentialSeconds = sequential ?? settings.sequentialSeconds
  }

  /// Second model of `--rescore`, loaded at this call, and the share of its probabilities; nil without `--rescore`.
  ///
  /// - Throws: `ModelError` where the model is not found or damaged; `VampcError.invalidSampler`.
  func rescorer(_ library: ModelLibrary, _ context: ComputeContext) throws -> RescoringModel? {
    guard let rescore else { return nil }
    return RescoringModel(try Model(try library.bundle(named: rescore), context: context), weight: rescoreWeight ?? 0.5)
  }

  private static func check<Value: Comparable>(_ name: String, _ value: Value?, _ allowed: ClosedRange<Value>) throws {
    guard let value, !allowed.contains(value) else { return }
    throw ValidationError("\(name) takes \(allowed.lowerBound) to \(allowed.upperBound), not \(value)")
  }
}

/// Argument of `--level-steps`: numbers of sampling steps for codebook 0, 1 and so on, separated by commas:
/// `20,10,10,10`.
struct LevelStepsArgument: ExpressibleByArgument {
  let counts: [Int]

  init?(argument: String) {
    let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
    let counts = fields.compactMap { Int($0) }
    guard counts.count == fields.count, counts.count <= 256, counts.allSatisfy((1...255).contains) else { return nil }
    self.counts = counts
  }
}

/// Argument of `--context-frames`: a number of frames, or `all`.
struct ContextFramesArgument: ExpressibleByArgument {
  /// Number of frames before and after a frame that the frame attends to; nil for all frames of the window.
  let frameCount: Int?

  init?(argument: String) {
    if argument == "all" {
      frameCount = nil
    } else {
      guard let count = Int(argument), (0...65_535).contains(count) else { return nil }
      frameCount = count
    }
  }
}

extension SamplerMethod: ExpressibleByArgument {}
extension SpanSettings.Scoring: ExpressibleByArgument {}
extension SpanSettings.Arrangement: ExpressibleByArgument {}
