/// Loudspeaker that a channel is meant for. The raw value is the number of the bit, from 0 on, in the channel mask of
/// `WAVE_FORMAT_EXTENSIBLE`.
public enum SpeakerPosition: Int, CaseIterable, Sendable {
  case frontLeft, frontRight, frontCentre, lowFrequency, backLeft, backRight, frontLeftOfCentre, frontRightOfCentre
  case backCentre, sideLeft, sideRight, topCentre, topFrontLeft, topFrontCentre, topFrontRight, topBackLeft
  case topBackCentre, topBackRight
}
