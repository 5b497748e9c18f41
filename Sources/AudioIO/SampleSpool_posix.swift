public import Signal
import SystemCalls

/// Audio kept in a nameless temporary file, for work that needs all of it before the first sample can go on.
///
/// 4 bytes per sample and channel; gone with the object. Samples can be read back in any order while more are added.
public final class SampleSpool {
  /// Number of channels.
  public let channelCount: Int
  /// Sample rate in Hz.
  public let sampleRateHz: Int
  /// Samples per channel kept so far.
  public private(set) var sampleCount = 0
  private let descriptor: OpenFile
  private let name: String

  /// - Throws: ``AudioIOError/writeFailed(file:reason:)`` where no file can be made.
  public init(channelCount: Int, sampleRateHz: Int, temporaryFolder: String) throws {
    self.channelCount = channelCount
    self.sampleRateHz = sampleRateHz
    name = "a temporary file in \(temporaryFolder)"
    do throws(SystemFailure) { descriptor = try OpenFile(temporaryIn: temporaryFolder) } catch {
      throw AudioIOError.writeFailed(file: name, reason: error.reason)
    }
  }

  /// Adds samples at the end.
  ///
  /// - Precondition: the block has the spool's format.
  /// - Throws: ``AudioIOError/writeFailed(file:reason:)``, such as for a full disk.
  public func append(_ block: AudioBuffer) throws {
    precondition(
      block.channelCount == channelCount && block.sampleRateHz == sampleRateHz, "audio of another format than the spool"
    )
    guard block.sampleCount > 0 else { return }
    var interleaved = [Float](repeating: 0, count: block.sampleCount * channelCount)
    for (index, channel) in block.channels.enumerated() {
      for (position, sample) in channel.enumerated() { interleaved[position * channelCount + index] = sample }
    }
    let failure = interleaved.withUnsafeBytes { bytes -> SystemFailure? in
      guard let base = bytes.baseAddress else { return nil }
      do throws(SystemFailure) { try descriptor.write(base, count: bytes.count) } catch { return error }
      return nil
    }
    if let failure { throw AudioIOError.writeFailed(file: name, reason: failure.reason) }
    sampleCount += block.sampleCount
  }

  /// The samples in `range`.
  ///
  /// - Precondition: `range` lies within `0..<sampleCount`.
  /// - Throws: ``AudioIOError/readFailed(file:atSample:reason:)``.
  public func samples(in range: Range<Int>) throws -> AudioBuffer {
    precondition(range.lowerBound >= 0 && range.upperBound <= sampleCount, "samples outside the spool")
    var interleaved = [Float](repeating: 0, count: range.count * channelCount)
    let start = range.lowerBound * channelCount * MemoryLayout<Float>.stride
    let failure = interleaved.withUnsafeMutableBytes { bytes -> SystemFailure? in
      guard let base = bytes.baseAddress else { return nil }
      do throws(SystemFailure) {
        // Somebody has cut a file that has no name.
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
