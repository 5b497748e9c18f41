import ArgumentParser
import AudioIO
import VampcKit

/// What is written, and what stands for what the stream does not hold.
struct DecodingOptions: ParsableArguments {
  /// Precision of the samples written.
  enum Bits: String, CaseIterable, ExpressibleByArgument {
    case sixteen = "16"
    case twentyFour = "24"
    case float

    var format: AudioSampleFormat {
      switch self {
      case .sixteen: .int16
      case .twentyFour: .int24
      case .float: .float32
      }
    }
  }

  @Option(
    help: "Bits per sample: 16 (dithered), 24, or float (32 bit). Ogg Vorbis ignores it.")
  var bits: Bits = .sixteen

  @Option(
    help: ArgumentHelp(
      "Begin here: seconds, m:ss or h:mm:ss, decimals allowed. Default: the beginning.", valueName: "time"))
  var from: TimeArgument?

  @Option(help: ArgumentHelp("End before this time. Default: the end.", valueName: "time"))
  var to: TimeArgument?

  @Flag(help: "Imagine nothing: codebooks that are not kept are left out, frames are bridged.")
  var noGenerate = false

  @Option(help: .hidden)
  var fill: DecoderSettings.Fill?

  @Option(
    help: ArgumentHelp("Model to decode with. Default: the one that made the stream.", valueName: "name-or-path"))
  var model: String?

  @Flag(help: "Decode even with another codec than the stream's, which gives noise.")
  var forceModel = false

  @Flag(help: "Stop at the first damage, with status 65 and no output.")
  var strict = false

  func validate() throws {
    if noGenerate, let fill, fill != .none { throw ValidationError("--no-generate excludes --fill \(fill.rawValue)") }
    if let to, to.seconds <= (from?.seconds ?? 0) { throw ValidationError("--to is not after --from") }
    if forceModel, model == nil { throw ValidationError("--force-model needs --model") }
  }

  /// The part that is wanted; nil for all.
  var range: TimeRange? {
    from == nil && to == nil ? nil : TimeRange(startSeconds: from?.seconds ?? 0, endSeconds: to?.seconds)
  }

  /// What stands for what is not kept.
  var chosenFill: DecoderSettings.Fill { noGenerate ? .none : fill ?? .generate }

  func settings(_ changes: SamplerChanges) -> DecoderSettings {
    DecoderSettings(
      fill: chosenFill, acceptsOtherCodec: forceModel, stopsAtDamage: strict
    ) { changes.apply(to: &$0) }
  }
}
