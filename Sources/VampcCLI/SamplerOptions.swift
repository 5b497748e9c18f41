import ArgumentParser
import Tokens

/// Options for the sampler settings that streams can store: steps, temperatures, choice among likely tokens, seed.
struct SamplerOptions: ParsableArguments {
  @Option(help: Self.help("Sampling steps of the coarse codebooks, 1 to 255", "count"))
  var steps: Int?

  @Option(help: Self.help("Sampling steps of the fine codebooks, 1 to 255", "count"))
  var fineSteps: Int?

  @Option(
    help: Self.help(
      "Temperature of the coarse codebooks, 0 to 655.35; 0 takes the likeliest token", "number"))
  var temperature: Double?

  @Option(
    help: Self.help(
      "Temperature of the fine codebooks, 0 to 655.35; 0 takes the likeliest token", "number"))
  var fineTemperature: Double?

  @Option(
    help: Self.help(
      "Noise on the confidence, by which each step picks the tokens to settle, 0 to 655.35", "number"
    ))
  var maskTemperature: Double?

  @Option(
    help: Self.help("Draw from the likeliest tokens with this total probability, 0.01 to 1; 1 is off", "share"))
  var topP: Double?

  @Option(
    help: Self.help(
      "Draw from the typical tokens with this total probability, 0.01 to 1; 1 is off", "share"))
  var typicalMass: Double?

  @Option(
    help: Self.help("Seed of the random numbers, 0 to 4294967295; another seed gives other tokens", "number"))
  var seed: UInt32?

  func validate() throws {
    try Self.check("--steps", steps, 1...255)
    try Self.check("--fine-steps", fineSteps, 1...255)
    try Self.check("--temperature", temperature, 0...655.35)
    try Self.check("--fine-temperature", fineTemperature, 0...655.35)
    try Self.check("--mask-temperature", maskTemperature, 0...655.35)
    try Self.check("--top-p", topP, 0.01...1)
    try Self.check("--typical-mass", typicalMass, 0.01...1)
  }

  /// Changes that the options make to sampler settings.
  var changes: SamplerChanges { changes(with: nil) }

  /// Changes that the options make to sampler settings.
  ///
  /// - Parameter method: Options of `decode` and `vamp` for settings that streams do not store; nil for other commands.
  func changes(with method: SamplerMethodOptions?) -> SamplerChanges {
    SamplerChanges(
      coarseStepCount: steps, fineStepCount: fineSteps, temperature: temperature,
      fineTemperature: fineTemperature, maskTemperature: maskTemperature, topP: topP, typicalMass: typicalMass,
      seed: seed, method: method)
  }

  /// Checks that no value has more than the two decimals that a stream stores.
  ///
  /// - Throws: `ValidationError` that names the option.
  func requireHundredths() throws {
    let values = [
      ("--temperature", temperature), ("--fine-temperature", fineTemperature), ("--mask-temperature", maskTemperature),
      ("--top-p", topP), ("--typical-mass", typicalMass),
    ]
    for case (let name, let value?) in values where (value * 100).rounded() / 100 != value {
      throw ValidationError("\(name) \(value) has more than the two decimals that a stream stores")
    }
  }

  /// Names of the options of this group that the command line gives, such as `--steps`.
  var givenNames: [String] {
    [
      ("--steps", steps != nil), ("--fine-steps", fineSteps != nil), ("--temperature", temperature != nil),
      ("--fine-temperature", fineTemperature != nil), ("--mask-temperature", maskTemperature != nil),
      ("--top-p", topP != nil), ("--typical-mass", typicalMass != nil), ("--seed", seed != nil),
    ].filter(\.1).map(\.0)
  }

  private static func check<Value: Comparable>(_ name: String, _ value: Value?, _ allowed: ClosedRange<Value>) throws {
    guard let value, !allowed.contains(value) else { return }
    throw ValidationError("\(name) takes \(allowed.lowerBound) to \(allowed.upperBound), not \(value)")
  }

  private static func help(_ text: String, _ valueName: String) -> ArgumentHelp {
    ArgumentHelp(
      "\(text). Default: the model's setting; for decode, the stream's.",
      valueName: valueName)
  }
}

/// Changes to sampler settings; nil leaves the setting unchanged.
struct SamplerChanges: Sendable {
  var coarseStepCount: Int?
  var fineStepCount: Int?
  var temperature: Double?
  var fineTemperature: Double?
  var maskTemperature: Double?
  var topP: Double?
  var typicalMass: Double?
  var seed: UInt32?
  var method: SamplerMethodOptions?

  /// Sampler settings that a stream carries: the model's defaults where no option but `--seed` was given, otherwise all
  /// settings.
  ///
  /// - Precondition: ``method`` is nil, because streams do not store the settings of its options.
  func choice(modelDefaults: SamplerSettings) -> SamplerChoice {
    var settings = modelDefaults
    apply(to: &settings)
    let asksForSettings =
      coarseStepCount != nil || fineStepCount != nil || temperature != nil || fineTemperature != nil
      || maskTemperature != nil || topP != nil || typicalMass != nil
    return asksForSettings ? .explicit(settings) : .modelDefault(seed: seed ?? 0)
  }

  /// Changes sampler settings: first applies the options of ``method``, then sets the values that options of this group
  /// give.
  func apply(to settings: inout SamplerSettings) {
    method?.choose(in: &settings)
    method?.apply(to: &settings)
    settings.coarseStepCount = coarseStepCount ?? settings.coarseStepCount
    settings.fineStepCount = fineStepCount ?? settings.fineStepCount
    settings.temperature = temperature ?? settings.temperature
    settings.fineTemperature = fineTemperature ?? settings.fineTemperature
    settings.maskTemperature = maskTemperature ?? settings.maskTemperature
    settings.topP = topP ?? settings.topP
    settings.typicalMass = typicalMass ?? settings.typicalMass
    settings.seed = seed ?? settings.seed
  }
}
