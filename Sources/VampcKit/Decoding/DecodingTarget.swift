public import Bitstream
import Signal

/// Opener of the output, called with the first stream's header. The output has the header's source sample rate and its
/// coded channels.
public typealias OutputMaker = (StreamHeader) throws -> any AudioOutput

/// Output of a decode, and the position in the output after the streams so far.
struct DecodingTarget {
  private let range: TimeRange?
  private let makeOutput: OutputMaker
  private let progress: CodingProgress.Handler?
  /// Output of the decode; nil before the first header is known.
  private(set) var output: (any AudioOutput)?
  /// Rate and channels of the output; nil before the first header is known.
  private(set) var format: OutputFormat?
  /// Range of wanted samples in the output of the whole input.
  private var wanted = 0..<Int.max
  /// Number of samples of the streams before the open stream, written or not.
  private var passedSampleCount = 0
  /// Number of streams before the open stream.
  private(set) var passedStreamCount = 0

  /// Target that is opened with the first stream.
  ///
  /// - Parameters:
  ///   - range: Wanted segment of the output; nil for the whole output.
  ///   - makeOutput: Closure that is called with the header of the first stream.
  init(
    range: TimeRange?, makeOutput: @escaping OutputMaker, progress: CodingProgress.Handler?
  ) {
    self.range = range
    self.makeOutput = makeOutput
    self.progress = progress
  }

  /// Opens the output in the format of the first stream.
  mutating func open(_ header: StreamHeader) throws {
    let output = try makeOutput(header)
    format = OutputFormat(of: header)
    if let range {
      wanted = range.samples(atRateHz: output.sampleRateHz)
      output.begin(atSample: wanted.lowerBound)
    }
    self.output = output
  }

  /// Counts streams that have ended, and the samples of their output, written or not.
  mutating func pass(streamCount: Int, sampleCount: Int) {
    passedStreamCount += streamCount
    passedSampleCount += sampleCount
  }

  /// Whether all wanted samples have been written.
  var isComplete: Bool { (output?.sampleCount ?? 0) >= wanted.count }

  /// Whether the input has ended before the first wanted sample.
  var isBeyondEnd: Bool {
    range != nil && !wanted.isEmpty && output?.sampleCount == 0 && passedSampleCount <= wanted.lowerBound
  }

  /// Error for a range behind the end of the input.
  var beyondEnd: VampcError {
    .rangeBeyondEnd(durationSeconds: Double(passedSampleCount) / Double(format?.sampleRateHz ?? 1))
  }

  /// Length of the finished streams in seconds; nil before the output is open.
  var passedSeconds: Double? { format.map { Double(passedSampleCount) / Double($0.sampleRateHz) } }

  /// Format of the output.
  ///
  /// - Precondition: the output is open.
  var openFormat: OutputFormat {
    guard let format else { preconditionFailure("a stream without an output") }
    return format
  }

  /// Range of wanted samples in the open stream, counted from its beginning.
  var wantedOfOpenStream: Range<Int> {
    let start = max(0, wanted.lowerBound - passedSampleCount)
    return start..<(wanted.upperBound == .max ? .max : max(start, wanted.upperBound - passedSampleCount))
  }

  /// Returns an output for the open stream that writes the wanted samples and reports progress.
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
