public import ArgumentParser
import Signal
import Tokens
public import VampcKit

/// Main options of `vamp`: preset, codebooks, period, number of variations, loop, segments, length, pitch, additional
/// files.
struct VampOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Named prompt, which -k, -p and the options of prompts change; --list-presets describes them. Default: period 7 and 3 codebooks; everything where --inpaint, --continue, --precede, --time-stretch or --pitch is given.",
      valueName: "name"))
  var preset: VampPreset?

  @Flag(help: "Describe the presets and end.")
  var listPresets = false

  @Option(
    name: [.customShort("k"), .long],
    help: ArgumentHelp("Codebooks to keep, 1 to those of the model. Default: that of the preset.", valueName: "count"))
  var codebooks: Int?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp(
      "Period of the kept frames, 0 to 65535: keep one frame in so many, 0 none. Default: that of the preset.",
      valueName: "frames"))
  var period: Int?

  @Option(
    help: ArgumentHelp("Number of variations, 1 to 1000, each with the next seed. Default: 1.", valueName: "count"))
  var variations = 1

  @Option(
    help: ArgumentHelp(
      "Number of rounds, 1 to 100: each takes the result of the round before. Default: 1.", valueName: "count"))
  var feedback = 1

  @Flag(name: .customLong("loop"), help: "The input is a loop: the end of the output leads to its beginning.")
  var isLoop = false

  @Option(
    help: ArgumentHelp("Passes of the loop, 1 to 1000, each a variation of its own. Default: 1.", valueName: "count"))
  var passes: Int?

  @Flag(help: "Write each pass of the loop to a file of its own.")
  var split = false

  @Flag(help: "Cut the input to whole bars first, from the first downbeat to the last.")
  var loopAtBeats = false

  @Option(
    help: ArgumentHelp(
      "Keep everything but this segment and generate the segment: 2:4.5 in seconds, or 1:02-1:10. Repeatable.",
      valueName: "from:to"))
  var inpaint: [SegmentArgument] = []

  @Option(
    name: .customLong("continue"),
    help: ArgumentHelp("Generate so many seconds behind the recording, up to 3600.", valueName: "seconds"))
  var following: Double?

  @Option(
    name: .customLong("precede"),
    help: ArgumentHelp("Generate so many seconds before the recording, up to 3600.", valueName: "seconds"))
  var preceding: Double?

  @Option(
    help: ArgumentHelp("Length of the output relative to the input, 0.25 to 4, at the same pitch.", valueName: "factor")
  )
  var timeStretch: Double?

  @Option(
    help: ArgumentHelp("Change of pitch, −24 to 24 semitones, at the same length.", valueName: "semitones"))
  var pitch: Double?

  @Flag(help: "Take the samples of the input, cross-faded, where all tokens are kept.")
  var keepOriginal = false

  @Option(help: "mono mixes all channels into one coded channel, keep codes each channel with the same mask.")
  var channels: EncoderSettings.Channels = .keep

  @Flag(help: "Few sampling steps: faster, less like the recording.")
  var preview = false

  @Option(
    help: ArgumentHelp(
      "Also write the keep mask of the first variation: .npy as --keep-mask reads it, .png as a picture.",
      valueName: "file"),
    completion: .file())
  var maskOut: String?

  @Option(
    help: ArgumentHelp(
      "Also write a page with recording and variations side by side: players, spectrograms, keep mask. One HTML file without external resources.",
      valueName: "file"), completion: .file())
  var page: String?

  /// Whether an option asks for generated segments or extensions, or for another length or pitch. All other tokens are
  /// then kept by default.
  private var changesTimeAlone: Bool {
    !inpaint.isEmpty || following != nil || preceding != nil || timeStretch != nil || pitch != nil
  }

  func validate() throws {
    func check(_ name: String, _ value: Double?, _ allowed: ClosedRange<Double>) throws {
      guard let value, !allowed.contains(value) else { return }
      let range = "\(Format.short(allowed.lowerBound)) to \(Format.short(allowed.upperBound))"
      throw ValidationError("\(name) takes \(range), not \(value)")
    }
    if let codebooks, codebooks < 1 { throw ValidationError("-k takes 1 codebook or more, not \(codebooks)") }
    if let period, !(0...65_535).contains(period) { throw ValidationError("-p takes 0 to 65535, not \(period)") }
    if !(1...1_000).contains(variations) { throw ValidationError("--variations takes 1 to 1000, not \(variations)") }
    if !(1...100).contains(feedback) { throw ValidationError("--feedback takes 1 to 100, not \(feedback)") }
    if let passes, !(1...1_000).contains(passes) { throw ValidationError("--passes takes 1 to 1000, not \(passes)") }
    try check("--continue", following, 0...3_600)
    try check("--precede", preceding, 0...3_600)
    try check("--time-stretch", timeStretch, 0.25...4)
    try check("--pitch", pitch, -24...24)
    if let maskOut { try MaskFile.check(maskOut) }
    if let page, !page.lowercased().hasSuffix(".html") { throw ValidationError("--page needs a file name with .html") }
    if !loops, passes != nil || split { throw ValidationError("--passes and --split need --loop") }
    if loops {
      if following != nil || preceding != nil || timeStretch != nil || pitch != nil {
        throw ValidationError("--loop excludes --continue, --precede, --time-stretch and --pitch")
      }
      if keepOriginal { throw ValidationError("--loop excludes --keep-original") }
      if feedback > 1 { throw ValidationError("--loop excludes --feedback") }
    }
    if keepOriginal, timeStretch != nil || pitch != nil {
      throw ValidationError("--keep-original excludes --time-stretch and --pitch")
    }
  }

  /// Whether the recording is treated as a loop.
  var loops: Bool { isLoop || preset?.loopPassCount != nil }

  /// Whether everything is kept, apart from the tokens that other options mask.
  private var keepsAll: Bool { preset == nil && codebooks == nil && period == nil && changesTimeAlone }

  /// Period of the kept frames in frames: the value of `-p`, otherwise the period of the preset, otherwise 7, or 1
  /// where everything else is kept. 0 keeps no frame periodically.
  var keptPeriod: Int { period ?? preset?.period ?? (keepsAll ? 1 : 7) }

  /// Settings of the variations from all options, with the sampler defaults of `model`.
  ///
  /// - Parameters:
  ///   - model: Model that generates.
  ///   - changes: Changes that options make to the sampler settings.
  ///   - prompt: Options of prompts, with the beats and onsets of the preset.
  ///   - beatsAudio: Recording as `BeatsAudio` reads it: one channel at a low sample rate. Nil where no beat or onset
  ///     is needed.
  /// - Throws: `KeepRulesError`; `ValidationError` where the phase does not fit the period.
  func settings(for model: Model, _ changes: SamplerChanges, _ prompt: PromptOptions, beatsAudio: AudioBuffer?) throws
    -> VampSettings
  {
    let period = keptPeriod
    let codebooks = codebooks ?? preset?.codebookCount ?? (keepsAll ? model.geometry.codebookCount : 3)
    var rules = try prompt.keepRules(seed: 0, defaultCodebookCount: codebooks)
    if let preset, prompt.keepBefore == nil, prompt.keepAfter == nil { rules.timeReach = preset.timeReach }
    rules.generatedSegments += inpaint.map(\.range)
    if let beatsAudio { prompt.apply(beatsAudio, to: &rules) }
    var sampler = model.samplerDefaults
    if preview {
      (sampler.coarseStepCount, sampler.fineStepCount) = (Self.previewStepCount, 1)
      sampler.spans.levelStepCounts = [Self.previewStepCount, 1]
    }
    changes.apply(to: &sampler)
    return VampSettings(
      prompt: CompressionPrompt(
        codebookCount: min(codebooks, model.geometry.codebookCount), period: period,
        phase: try prompt.firstFrame(period: period, seed: 0)),
      drawsPhase: prompt.phase == nil || prompt.phase == .random, keepRules: rules, sampler: sampler,
      channels: channels, loopPassCount: loops ? passes ?? preset?.loopPassCount ?? 1 : nil,
      extent: VampSettings.Extension(precedingSeconds: preceding ?? 0, followingSeconds: following ?? 0),
      timeStretch: timeStretch ?? 1, pitchSemitones: pitch ?? 0, keepsOriginal: keepOriginal)
  }

  private static let previewStepCount = 4
}

extension VampPreset: ExpressibleByArgument {}
