public import Signal
import SystemCalls

/// Temporary store for audio whose first sample can be processed only after the last sample is known.
///
/// The samples are in a nameless temporary file, removed with the object: 4 bytes per sample and channel. Samples can
/// be read in any order while further samples are appended.
public final class SampleSpool {
  /// Number of channels.
  public let channelCount: Int
  /// Sample rate, in Hz.
  public let sampleRateHz: Int
  /// Number of samples per channel appended so far.
  public private(set) var sampleCount = 0
  private let descriptor: OpenFile
  private let name: String

  /// Creates an empty store.
  ///
  /// - Throws: ``AudioIOError/writeFailed(file:reason:)`` if the temporary file cannot be created.
  public init(channelCount: Int, sampleRateHz: Int, temporaryFolder: String) throws {
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    name = "a temporary file in \(temporaryFolder)"
    do throws(SystemFailure) { descriptor = try OpenFile(temporaryIn: temporaryFolder) } catch {
      throw AudioIOError.writeFailed(file: name, reason: error.reason)
    }
  }

  /// Appends samples.
  ///
  /// - Throws: ``AudioIOError/writeFailed(file:reason:)``, such as for a full disk.
  /// - Precondition: the audio buffer has the channels and the sample rate of the store.
  public func append(_ audio: AudioBuffer) throws {
    precondition(
      audio.channelCount == channelCount && audio.sampleRateHz == sampleRateHz, "audio of another format than the spool"
    )
    guard audio.sampleCount > 0 else { return }
    var interleaved = [Float](repeating: 0, count: audio.sampleCount * channelCount)
    for (index, channel) in audio.channels.enumerated() {
      for (position, sample) in channel.enumerated() { interleaved[position * channelCount + index] = sample }
    }
    let failure = interleaved.withUnsafeBytes { bytes -> SystemFailure? in
      guard let base = bytes.baseAddress else { return nil }
      do throws(SystemFailure) { try descriptor.write(base, count: bytes.count) } catch { return error }
      return nil
    }
    if let failure { throw AudioIOError.writeFailed(file: name, reason: failure.reason) }
    sampleCount += audio.sampleCount
  }

  /// Reads the samples in `range`, counted per channel from the first appended sample.
  ///
  /// - Throws: ``AudioIOError/readFailed(file:atSample:reason:)``.
  /// - Precondition: `range` lies within `0..<sampleCount`.
  public func samples(in range: Range<Int>) throws -> AudioBuffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= sampleCount, "samples outside the spool")
    var interleaved = [Float](repeating: 0, count: range.count * channelCount)
    let start = range.lowerBound * channelCount * MemoryLayout<Float>.stride
    let failure = interleaved.withUnsafeMutableBytes { bytes -> SystemFailure? in
      guard let base = bytes.baseAddress else { return nil }
      do throws(SystemFailure) {
        // Only another process can have shortened the nameless file.
        if try descriptor.fill(base, count: bytes.count, at: start) < bytes.count { return .inputOutput }
      } catch {
        return error
      }
      return nil
    }
    if let failure { throw AudioIOError.readFailed(file: name, atSample: range.lowerBound, reason: failure.reason) }
    let channelCount = channelCount
    return AudioBuffer(
      channels: (0..<channelCount).map { channel in
        stride(from: channel, to: interleaved.count, by: channelCount).map { interleaved[$0] }
      }, sampleRateHz: sampleRateHz)
  }
}
