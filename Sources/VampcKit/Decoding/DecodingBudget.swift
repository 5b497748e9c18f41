public import Bitstream
import Tokens

/// Largest cost that a decoder accepts (`formats/container.md`, section 12).
///
/// A few bytes of a stream may ask for gigabytes of memory or days of sound. The standard budget suits streams with at
/// most 8 coded channels and one hour of lost frames.
public struct DecodingBudget: Equatable, Sendable {
  /// Largest number of coded channels of a stream.
  public var channelCount = 8
  /// Highest sample rate of the source in Hz.
  public var sampleRateHz = 768_000
  /// Largest duration in seconds for each byte of the input, beyond the first minute; lost frames do not count. Silence
  /// at 50 bit/s takes one byte for 4 seconds.
  public var secondsPerByte = 8.0
  /// Largest total duration of the lost frames of an input, in seconds.
  public var lostSeconds = 3_600.0
  /// Largest estimate of the memory for the channels of a stream, without the model, in bytes.
  public var memoryByteCount = 512 << 20

  /// Budget with the default limits.
  public static let standard = DecodingBudget()

  /// Duration in seconds that an input of any number of bytes may have.
  public static let freeSeconds = 60.0

  /// Standard budget, of which the caller may change some limits.
  public init() {}

  /// Checks the channels, sample rate and memory that a header asks for.
  ///
  /// - Parameter header: Header of a stream.
  /// - Throws: ``DecodingBudgetError``.
  public func check(_ header: StreamHeader) throws {
    guard header.codedChannelCount <= channelCount else {
      throw DecodingBudgetError.channels(found: header.codedChannelCount, allowed: channelCount)
    }
    guard header.sourceSampleRateHz <= sampleRateHz else {
      throw DecodingBudgetError.sampleRate(found: header.sourceSampleRateHz, allowed: sampleRateHz)
    }
    let needed = Self.memoryByteCount(header)
    guard needed <= memoryByteCount else {
      throw DecodingBudgetError.memory(needed: needed, allowed: memoryByteCount)
    }
  }

  /// Estimate of the memory that decoding takes for the channels of a stream, in bytes.
  ///
  /// Each channel has the buffers of the codec's decoder for one chunk of frames, and the chunk's samples in each stage
  /// at the higher of the codec's and the source's rate.
  ///
  /// - Parameter header: Header of a stream.
  public static func memoryByteCount(_ header: StreamHeader) -> Int {
    let geometry = header.geometry
    let codecSampleCount = Double(ChannelDecoder.chunkFrameCount * geometry.hopLength)
    let ratio = max(1, Double(header.sourceSampleRateHz) / Double(geometry.sampleRateHz))
    let perChannel = Double(decoderByteCount) + codecSampleCount * ratio * stageByteCount
    return Int(min(Double(header.codedChannelCount) * perChannel, Double(Int.max / 2)))
  }

  /// Memory of one channel's state in the codec's decoder and in the generator in bytes, measured with the default
  /// model.
  private static let decoderByteCount = 3 << 20
  /// Memory in bytes that one sample of one channel takes in all stages after the codec: six copies in single
  /// precision.
  private static let stageByteCount = 24.0
}

/// Reason why a decoder refuses a stream that costs more than its budget.
public enum DecodingBudgetError: Error, Equatable, Sendable {
  /// A stream has more coded channels than the budget allows.
  case channels(found: Int, allowed: Int)
  /// The source's sample rate in Hz is above the budget.
  case sampleRate(found: Int, allowed: Int)
  /// The estimated memory for a stream's channels, in bytes, is above the budget.
  case memory(needed: Int, allowed: Int)
  /// The input has more seconds of sound for its bytes than the budget allows.
  case expansion(seconds: Double, byteCount: Int, allowedPerByte: Double)
  /// The input has more seconds of lost frames than the budget allows.
  case lost(seconds: Double, allowed: Double)
}

/// Counter of the seconds of sound and the seconds of lost frames in an input, which throws where the budget is
/// exceeded.
struct DecodingMeter {
  private let budget: DecodingBudget
  private var soundSeconds = 0.0
  private var lostSeconds = 0.0
  /// Number of bytes of the streams before the open stream.
  private var passedByteCount = 0
  /// Number of bytes of the open stream up to the latest block that is not lost.
  private var streamByteCount = 0

  /// Counter for an input of which nothing has been read.
  init(budget: DecodingBudget) { self.budget = budget }

  /// Counts the frames of a block as sound, or as lost frames where damage took all tokens of the block.
  ///
  /// - Parameters:
  ///   - block: Block of the stream that is decoded.
  ///   - header: Header of the block's stream.
  ///   - byteCount: Number of bytes read so far of the block's stream.
  /// - Throws: ``DecodingBudgetError``.
  mutating func add(_ block: StreamBlock, of header: StreamHeader, streamByteCount byteCount: Int) throws {
    if block.isLost(from: header.prompt) { return try addLost(block.frames, of: header) }
    soundSeconds += Double(block.frameCount) / header.geometry.frameRateHz
    streamByteCount = byteCount
    let bytes = passedByteCount + byteCount
    guard soundSeconds <= DecodingBudget.freeSeconds + Double(bytes) * budget.secondsPerByte else {
      throw DecodingBudgetError.expansion(
        seconds: soundSeconds, byteCount: bytes, allowedPerByte: budget.secondsPerByte)
    }
  }

  /// Counts lost frames, given by their absolute numbers.
  ///
  /// - Throws: ``DecodingBudgetError``.
  mutating func addLost(_ frames: Range<Int>, of header: StreamHeader) throws {
    lostSeconds += Double(frames.count) / header.geometry.frameRateHz
    guard lostSeconds <= budget.lostSeconds else {
      throw DecodingBudgetError.lost(seconds: lostSeconds, allowed: budget.lostSeconds)
    }
  }

  /// Adds the bytes of the open stream to the bytes of earlier streams, before the next stream begins.
  mutating func beginStream() {
    passedByteCount += streamByteCount
    streamByteCount = 0
  }
}
