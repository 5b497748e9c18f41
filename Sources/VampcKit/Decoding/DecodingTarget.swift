public import Bitstream
import Signal

/// Closure that opens the output, called with the first stream's header. The output must have the header's source
/// sample rate and one channel for each coded channel.
public typealias OutputMaker = (StreamHeader) throws -> any AudioOutput

/// Output of a decode, its wanted segment, and the length of the streams that have ended.
struct DecodingTarget {
  private let range: TimeRange?
  private let makeOutput: OutputMaker
  private let progress: CodingProgress.Handler?
  /// Output of the decode; nil before the first header is known.
  private(set) var output: (any AudioOutput)?
  /// Rate and channels of the output; nil before the first header is known.
  private(set) var format: OutputFormat?
  /// Wanted samples, counted from the beginning of the output of all streams; the upper bound is `Int.max` for an open
  /// end.
  private var wanted = 0..<Int.max
  /// Number of output samples per channel of the streams before the open stream, written or not.
  private var passedSampleCount = 0
  /// Number of streams before the open stream.
  private(set) var passedStreamCount = 0

  /// Target that is opened with the first stream.
  ///
  /// - Parameters:
  ///   - range: Wanted segment of the output; nil for the whole output.
  ///   - makeOutput: Closure that is called with the header of the first stream.
  ///   - progress: Handler of the progress of decoding; nil for none.
  init(
    range: TimeRange?, makeOutput: @escaping OutputMaker, progress: CodingProgress.Handler?
  ) {
    self.range = range
    self.makeOutput = makeOutput
    self.progress = progress
  }

  /// Opens the output in the format of the first stream.
  ///
  /// - Throws: errors of the closure that opens the output.
  mutating func open(_ header: StreamHeader) throws {
    let output = try makeOutput(header)
    format = OutputFormat(of: header)
    if let range {
      wanted = range.samples(atRateHz: output.sampleRateHz)
      output.begin(atSample: wanted.lowerBound)
    }
    self.output = output
  }

  /// Counts streams that have ended, and the samples per channel of their output, written or not.
  mutating func pass(streamCount: Int, sampleCount: Int) {
    passedStreamCount += streamCount
    passedSampleCount += sampleCount
  }

  /// Whether all wanted samples have been written.
  var isComplete: Bool { (output?.sampleCount ?? 0) >= wanted.count }

  /// Whether the streams that have ended do not reach the first wanted sample. Meaningful once the input has ended.
  var isBeyondEnd: Bool {
    range != nil && !wanted.isEmpty && output?.sampleCount == 0 && passedSampleCount <= wanted.lowerBound
  }

  /// Error for a range that begins at or behind the end of the input.
  var beyondEnd: VampcError {
    .rangeBeyondEnd(durationSeconds: Double(passedSampleCount) / Double(format?.sampleRateHz ?? 1))
  }

  /// Length in seconds of the streams that have ended; nil before the output is open.
  var passedSeconds: Double? { format.map { Double(passedSampleCount) / Double($0.sampleRateHz) } }

  /// Format of the output.
  ///
  /// - Precondition: the output is open.
  var openFormat: OutputFormat {
    guard let format else { preconditionFailure("a stream without an output") }
    return format
  }

  /// Wanted samples of the open stream, counted from sample 0 of the stream's output; the upper bound is `Int.max` for
  /// an open end.
  var wantedOfOpenStream: Range<Int> {
    let start = max(0, wanted.lowerBound - passedSampleCount)
    return start..<(wanted.upperBound == .max ? .max : max(start, wanted.upperBound - passedSampleCount))
  }

  /// Output of the open stream: it writes the wanted samples of the stream to the output of the decode, and calls the
  /// progress closure after each chunk of the stream's output.
  ///
  /// - Parameter plan: Plan of the open stream, which gives the wanted samples.
  ///
  /// - Precondition: the output is open.
  func trimmed(_ plan: DecodePlan) -> TrimmedOutput {
    guard let output else { preconditionFailure("a stream without an output") }
    return TrimmedOutput(output, plan) { [progress] in
      try progress?(
        CodingProgress(
          stage: .decoding, doneSeconds: Double(output.sampleCount) / Double(output.sampleRateHz), totalSeconds: nil))
    }
  }
}
