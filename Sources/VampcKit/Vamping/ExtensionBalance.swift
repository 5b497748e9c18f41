import Foundation
package import Signal

/// Balance of loudness between a recording and its generated extensions.
///
/// Tokens that continue a recording decode softer than the recording, speech by 8 LU. One gain for the whole result
/// cannot mend this.
package enum ExtensionBalance {
  /// Largest change of an extension's gain in dB, upwards or downwards. A larger change would only amplify noise.
  private static let largestChangeDB = 12.0
  /// Length in seconds of the ramp from the recording's gain to the extension's gain, within the extension.
  private static let rampSeconds = 0.25

  /// Returns `audio` with extensions whose loudness is that of the recording. The recording's samples do not change.
  ///
  /// - Parameters:
  ///   - audio: Recording with what was generated before and behind it.
  ///   - recording: Samples of `audio` that belong to the recording. A digitally silent recording changes nothing.
  /// - Throws: `SignalError` for a format whose loudness cannot be measured.
  package static func balanced(_ audio: AudioBuffer, recording: Range<Int>) throws -> AudioBuffer {
    guard let wanted = try LoudnessRestoration.loudness(of: [audio.slice(recording)]) else { return audio }
    var result = audio
    let before = 0..<recording.lowerBound
    let behind = recording.upperBound..<audio.sampleCount
    for segment in [before, behind] where !segment.isEmpty {
      guard let found = try LoudnessRestoration.loudness(of: [audio.slice(segment)]) else { continue }
      let changeDB = min(max(wanted - found, -largestChangeDB), largestChangeDB)
      let rampSampleCount = rampSeconds * Double(audio.sampleRateHz)
      for sample in segment {
        let distance = segment == behind ? sample - segment.lowerBound : segment.upperBound - 1 - sample
        let factor = Float(pow(10, changeDB / 20 * min(1, Double(distance) / rampSampleCount)))
        for channel in result.channels.indices { result.channels[channel][sample] *= factor }
      }
    }
    return result
  }
}
