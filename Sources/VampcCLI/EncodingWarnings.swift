import AudioIO
import Bitstream
import VampcKit

/// Warnings about an encoded file: damage of the input, non-finite samples, a soft mono mix, tags left out, more
/// channels than decoders accept by default.
struct EncodingWarnings {
  private let nonFiniteSampleCount: Int
  private let damages: [AudioDamage]
  private let mixLossDB: Double?
  private let droppedTagCount: Int
  /// Number of coded channels of a stream; 0 for a `.dac` file, which needs no warning.
  private let codedChannelCount: Int

  init(_ report: RecordingEncoder.Report) {
    nonFiniteSampleCount = report.nonFiniteSampleCount
    damages = report.damages
    mixLossDB = report.mixLossDB
    droppedTagCount = report.droppedTagCount
    codedChannelCount = report.header.codedChannelCount
  }

  init(_ report: DACFileEncoder.Report) {
    nonFiniteSampleCount = report.nonFiniteSampleCount
    damages = report.damages
    mixLossDB = report.mixLossDB
    droppedTagCount = 0
    codedChannelCount = 0
  }

  /// Prints the warnings.
  ///
  /// - Parameter name: Name of the input.
  /// - Returns: `decodedWithDamage` for a damaged input, otherwise success.
  func tell(about name: String) -> ExitStatus {
    if nonFiniteSampleCount > 0 {
      Console.warning("\(name): \(nonFiniteSampleCount) samples are not finite and were replaced by 0")
    }
    if let mixLossDB {
      let loss =
        mixLossDB.isFinite
        ? "is \(Format.number(mixLossDB, decimals: 0)) dB softer than the loudest channel"
        : "is silent, its channels are not"
      Console.warning("\(name): the mono mix \(loss); --channels keep codes each channel")
    }
    if droppedTagCount > 0 {
      Console.warning("\(name): \(Format.count(droppedTagCount, "tag")) left out: too long, or too many for a stream")
    }
    if codedChannelCount > DecodingBudget.standard.channelCount {
      Console.warning(
        "\(name): \(codedChannelCount) coded channels: 'vampc decode' needs --max-channels \(codedChannelCount)")
    }
    return DamageReport.show(damages, of: name)
  }
}
