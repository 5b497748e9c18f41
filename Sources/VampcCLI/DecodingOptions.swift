import ArgumentParser
import AudioIO
import VampcKit

/// Options of `decode`: sample format of the output, segment, replacement of masked tokens, model, and whether damage
/// is an error.
struct DecodingOptions: ParsableArguments {
  /// Argument of `--bits`: sample format of the output.
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
    help: "Bits per sample: 16 (dithered), 24, or float (32 bits). Ogg Vorbis ignores the option.")
  var bits: Bits = .sixteen

  @Option(
    help: ArgumentHelp(
      "Start of the segment to decode: seconds, m:ss or h:mm:ss, decimals allowed. Default: 0.", valueName: "time"))
  var from: TimeArgument?

  @Option(
    help: ArgumentHelp(
      "End of the segment, exclusive, as for --from. Default: the end of the recording.", valueName: "time"))
  var to: TimeArgument?

  @Flag(help: "Generate no tokens: masked codebooks are left out, frames without kept tokens are bridged.")
  var noGenerate = false

  @Option(help: .hidden)
  var fill: DecoderSettings.Fill?

  @Option(
    help: ArgumentHelp(
      "Model to decode with, its name or folder. Default: the model that made the stream.", valueName: "name-or-path"),
    completion: .modelNames)
  var model: String?

  @Flag(help: "Decode even if the model has another codec than the stream, which gives noise.")
  var forceModel = false

  @Flag(help: "Stop at the first damage, with exit status 65 and no output.")
  var strict = false

  func validate() throws {
    if noGenerate, let fill, fill != .none { throw ValidationError("--no-generate excludes --fill \(fill.rawValue)") }
    if let to, to.seconds <= (from?.seconds ?? 0) { throw ValidationError("--to is not after --from") }
    if forceModel, model == nil { throw ValidationError("--force-model needs --model") }
  }

  /// Segment to decode; nil for the whole recording.
  var range: TimeRange? {
    from == nil && to == nil ? nil : TimeRange(startSeconds: from?.seconds ?? 0, endSeconds: to?.seconds)
  }

  /// Replacement of masked tokens: none with `--no-generate`, otherwise the value of `--fill`; by default generated
  /// tokens.
  var chosenFill: DecoderSettings.Fill { noGenerate ? .none : fill ?? .generate }

  func settings(_ changes: SamplerChanges, budget: DecodingBudget) -> DecoderSettings {
    DecoderSettings(
      fill: chosenFill, acceptsOtherCodec: forceModel, stopsAtDamage: strict, budget: budget
    ) { changes.apply(to: &$0) }
  }
}
