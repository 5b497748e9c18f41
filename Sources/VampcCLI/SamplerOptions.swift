import ArgumentParser
import Tokens

/// How VampNet imagines what is not kept.
struct SamplerOptions: ParsableArguments {
  @Option(help: Self.help("Sampling steps for the coarse codebooks, 1 to 255", \.coarseStepCount, "count"))
  var steps: Int?

  @Option(help: Self.help("Sampling steps for the fine codebooks, 1 to 255", \.fineStepCount, "count"))
  var fineSteps: Int?

  @Option(
    help: Self.help(
      "Sampling temperature of the coarse codebooks, 0 to 655.35; 0 takes the likeliest token", \.temperature,
      "number"))
  var temperature: Double?

  @Option(
    help: Self.help(
      "Sampling temperature of the fine codebooks, 0 to 655.35; 0 takes the likeliest token", \.fineTemperature,
      "number"))
  var fineTemperature: Double?

  @Option(
    help: Self.help(
      "Noise on the confidence that decides which tokens stay, 0 to 655.35", \.maskTemperature, "number"))
  var maskTemperature: Double?

  @Option(
    help: Self.help("Sample among the likeliest tokens with this probability, 0.01 to 1; 1 is off", \.topP, "share"))
  var topP: Double?

  @Option(
    help: Self.help("Sample among typical tokens with this probability, 0.01 to 1; 1 is off", \.typicalMass, "share"))
  var typicalMass: Double?

  @Option(help: Self.help("Seed of the random numbers, 0 to 4294967295", \.seed, "number"))
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

  /// What was asked for, without the parser.
  var changes: SamplerChanges {
    SamplerChanges(
      coarseStepCount: steps, fineStepCount: fineSteps, temperature: temperature,
      fineTemperature: fineTemperature, maskTemperature: maskTemperature, topP: topP, typicalMass: typicalMass,
      seed: seed)
  }

  /// The options that were given, as they were spelled.
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

  private static func help<Value>(
    _ text: String, _ value: KeyPath<SamplerSettings, Value>, _ valueName: String
  ) -> ArgumentHelp {
    ArgumentHelp(
      "\(text). Default: \(SamplerSettings.standard[keyPath: value]); on decode, what the stream says.",
      valueName: valueName)
  }
}

/// Changes to sampler settings; nil leaves one as it is.
struct SamplerChanges: Sendable {
  var coarseStepCount: Int?
  var fineStepCount: Int?
  var temperature: Double?
  var fineTemperature: Double?
  var maskTemperature: Double?
  var topP: Double?
  var typicalMass: Double?
  var seed: UInt32?

  func apply(to settings: inout SamplerSettings) {
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
