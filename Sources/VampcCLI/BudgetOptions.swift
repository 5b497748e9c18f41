import ArgumentParser
import VampcKit

/// Options that set the limits of decoding for streams from unknown sources.
struct BudgetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Most coded channels of a stream. Default: \(DecodingBudget.standard.channelCount).", valueName: "count"))
  var maxChannels: Int?

  @Option(
    help: ArgumentHelp(
      "Highest sample rate of the output in Hz. Default: \(DecodingBudget.standard.sampleRateHz).", valueName: "hz"))
  var maxSampleRate: Int?

  @Option(
    help: ArgumentHelp(
      "Most seconds of sound for each byte of a stream, beyond the first minute. Default: \(Int(DecodingBudget.standard.secondsPerByte)).",
      valueName: "seconds"))
  var maxExpansion: Double?

  @Option(
    help: ArgumentHelp(
      "Most memory in MiB for the channels of a stream, without the model. Default: \(DecodingBudget.standard.memoryByteCount >> 20).",
      valueName: "mib"))
  var maxMemory: Int?

  @OptionGroup var lost: LostOptions

  func validate() throws {
    try Self.check(maxChannels.map(Double.init), "--max-channels")
    try Self.check(maxSampleRate.map(Double.init), "--max-sample-rate")
    try Self.check(maxExpansion, "--max-expansion")
    try Self.check(maxMemory.map(Double.init), "--max-memory")
  }

  /// Standard budget, with the limits that the options give.
  var budget: DecodingBudget {
    var budget = lost.budget
    if let maxChannels { budget.channelCount = maxChannels }
    if let maxSampleRate { budget.sampleRateHz = maxSampleRate }
    if let maxExpansion { budget.secondsPerByte = maxExpansion }
    if let maxMemory { budget.memoryByteCount = maxMemory << 20 }
    return budget
  }

  /// Checks the value of a limit; nil passes.
  ///
  /// - Throws: `ValidationError` unless the value is above 0 and at most 10⁹.
  static func check(_ value: Double?, _ option: String) throws {
    guard let value, !(value > 0 && value <= 1e9) else { return }
    throw ValidationError("\(option) takes a number above 0, up to 1000000000")
  }
}

/// Option that limits the lost frames of an input.
struct LostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Most seconds of lost frames in an input. Default: \(Int(DecodingBudget.standard.lostSeconds)).",
      valueName: "seconds"))
  var maxLost: Double?

  func validate() throws { try BudgetOptions.check(maxLost, "--max-lost") }

  /// Standard budget, with the limit that `--max-lost` gives.
  var budget: DecodingBudget {
    var budget = DecodingBudget.standard
    if let maxLost { budget.lostSeconds = maxLost }
    return budget
  }
}
