import Signal
import VampcKit

/// Output that counts samples and looks for values that are not finite.
final class CheckedOutput: AudioOutput {
  let sampleRateHz: Int
  let channelCount: Int
  private(set) var sampleCount = 0
  private(set) var isFinite = true

  init(sampleRateHz: Int, channelCount: Int) {
    (self.sampleRateHz, self.channelCount) = (sampleRateHz, channelCount)
  }

  func begin(atSample sample: Int) {}

  func write(_ buffer: AudioBuffer) throws {
    sampleCount += buffer.sampleCount
    if !buffer.channels.allSatisfy({ $0.allSatisfy(\.isFinite) }) { isFinite = false }
  }

  func finish() throws {}
}
