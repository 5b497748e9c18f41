/// Loudspeaker that a channel is meant for; the raw value is the bit of the channel mask in `WAVE_FORMAT_EXTENSIBLE`.
public enum SpeakerPosition: Int, CaseIterable, Sendable {
  case frontLeft, frontRight, frontCentre, lowFrequency, backLeft, backRight, frontLeftOfCentre, frontRightOfCentre
  case backCentre, sideLeft, sideRight, topCentre, topFrontLeft, topFrontCentre, topFrontRight, topBackLeft
  case topBackCentre, topBackRight
}
