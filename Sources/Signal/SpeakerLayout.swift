/// Loudspeakers that the channels of a recording are meant for, in order.
public struct SpeakerLayout: Equatable, Sendable {
  /// Loudspeaker of each channel.
  public let positions: [SpeakerPosition]

  /// Layout with the given loudspeakers, one for each channel.
  public init(_ positions: [SpeakerPosition]) { self.positions = positions }

  /// Layout of a channel mask of WAV (`WAVE_FORMAT_EXTENSIBLE`); nil for a mask with unknown loudspeakers, or whose
  /// number of loudspeakers is not `channelCount`.
  public init?(channelMask: Int, channelCount: Int) {
    guard channelMask >> SpeakerPosition.allCases.count == 0 else { return nil }
    let positions = SpeakerPosition.allCases.filter { channelMask >> $0.rawValue & 1 == 1 }
    guard positions.count == channelCount else { return nil }
    self.positions = positions
  }

  /// Channel mask of WAV (`WAVE_FORMAT_EXTENSIBLE`) with one bit for each loudspeaker. WAV has the channels in
  /// ascending order of these bits, whatever the order of ``positions``.
  public var channelMask: Int { positions.reduce(0) { $0 | 1 << $1.rawValue } }

  /// Usual layout of `channelCount` channels in the order of WAV; nil for 0 and for more than 8 channels.
  ///
  /// FLAC (RFC 9639, section 9.1.3), Vorbis (Vorbis I, section 4.3.9) and Opus (RFC 7845, section 5.1.1.2) define the
  /// same sets of loudspeakers; Vorbis and Opus order the channels differently. Most WAV files without a channel mask
  /// have these layouts.
  public static func usual(channelCount: Int) -> SpeakerLayout? {
    switch channelCount {
    case 1: SpeakerLayout([.frontCentre])
    case 2: SpeakerLayout([.frontLeft, .frontRight])
    case 3: SpeakerLayout([.frontLeft, .frontRight, .frontCentre])
    case 4: SpeakerLayout([.frontLeft, .frontRight, .backLeft, .backRight])
    case 5: SpeakerLayout([.frontLeft, .frontRight, .frontCentre, .backLeft, .backRight])
    case 6: SpeakerLayout([.frontLeft, .frontRight, .frontCentre, .lowFrequency, .backLeft, .backRight])
    case 7:
      SpeakerLayout([.frontLeft, .frontRight, .frontCentre, .lowFrequency, .backCentre, .sideLeft, .sideRight])
    case 8:
      SpeakerLayout([
        .frontLeft, .frontRight, .frontCentre, .lowFrequency, .backLeft, .backRight, .sideLeft, .sideRight,
      ])
    default: nil
    }
  }

  /// Weight of each channel in a mono mix. Nil for a layout with none of the loudspeakers front left, front right and
  /// front centre; the mono mix is then the mean.
  ///
  /// ITU-R BS.775-3, table 2, mixes surround to stereo as `L + 0.707 C + 0.707 Ls`, and the mono mix of stereo is the
  /// mean. One weight deviates: the centre has 1 and not 0.707, so that a voice in the centre is as loud as the same
  /// voice in a mono recording, or in both channels of a stereo recording. The low-frequency channel is left out.
  public var monoWeights: [Float]? {
    let front: Set<SpeakerPosition> = [.frontLeft, .frontRight, .frontCentre]
    guard positions.contains(where: front.contains) else { return nil }
    let surround = Float(0.5 * 0.5.squareRoot())
    return positions.map { position in
      switch position {
      case .frontCentre: 1
      // BS.775 has no loudspeakers beside the centre. The weight is between the weights of the centre and of left and
      // right.
      case .frontLeftOfCentre, .frontRightOfCentre: Float(0.5.squareRoot())
      case .frontLeft, .frontRight, .backCentre: 0.5
      case .lowFrequency: 0
      default: surround
      }
    }
  }
}
