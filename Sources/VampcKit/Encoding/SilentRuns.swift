/// Queue of digitally silent runs of a recording on their way into blocks, in samples at the source's rate.
///
/// A run that reaches beyond the end of a block is divided. A block stores its part of a run that continues in the next
/// block if the run has lasted ``shortestDividedSeconds`` so far. A block stores its part of a run that ends in the
/// block if the whole run has lasted ``shortestSeconds``. A block therefore does not wait for the end of a run.
struct SilentRuns {
  private struct Run {
    let start: Int
    /// First sample of the run that is in no finished block.
    var next: Int
    var end: Int
  }

  /// Length in seconds of the shortest stored run. Listeners cannot tell the silence of a shorter run from soft noise.
  static let shortestSeconds = 0.1
  /// Shortest time in seconds from the beginning of a run to the end of a block for which the block stores its part of
  /// a run that continues in the next block.
  static let shortestDividedSeconds = 0.01

  private let shortestSampleCount: Int
  private let shortestDividedSampleCount: Int
  private var runs: [Run] = []

  /// Queue that stores runs that last long enough.
  init(sampleRateHz: Int) {
    shortestSampleCount = Int((Self.shortestSeconds * Double(sampleRateHz)).rounded(.up))
    shortestDividedSampleCount = Int((Self.shortestDividedSeconds * Double(sampleRateHz)).rounded(.up))
  }

  /// Queue that stores all runs, for a stream that is trimmed or repaired.
  init() {
    shortestSampleCount = 1
    shortestDividedSampleCount = 1
  }

  /// Appends a run. A run that begins where the last run ends continues the last run.
  mutating func append(_ run: Range<Int>) {
    if let last = runs.last, last.end == run.lowerBound {
      runs[runs.count - 1].end = run.upperBound
    } else {
      runs.append(Run(start: run.lowerBound, next: run.lowerBound, end: run.upperBound))
    }
  }

  /// Removes the silence before the end of a block, and returns the runs that the block stores.
  ///
  /// - Parameter samples: Samples of the block, counted from the beginning of the recording.
  mutating func take(in samples: Range<Int>) -> [Range<Int>] {
    var taken: [Range<Int>] = []
    let reached = runs.prefix { $0.start < samples.upperBound }.count
    for run in runs.prefix(reached) {
      let end = min(run.end, samples.upperBound)
      let first = max(run.next, samples.lowerBound)
      let shortest = run.end > end ? shortestDividedSampleCount : shortestSampleCount
      if first < end, end - run.start >= shortest { taken.append(first..<end) }
    }
    // Only the last of these runs may continue in the next block.
    let goesOn = reached > 0 && runs[reached - 1].end >= samples.upperBound
    if goesOn { runs[reached - 1].next = samples.upperBound }
    runs.removeFirst(goesOn ? reached - 1 : reached)
    return taken
  }
}
