/// Queue of digitally silent runs of a recording on their way into blocks, in samples at the source's rate.
///
/// A run that reaches beyond the end of a block is divided. A run is stored from the block on in which it has lasted
/// ``shortestSeconds``; a run that a block divides is stored in the block before if it has lasted
/// ``shortestDividedSeconds`` there. The runs that a block stores therefore do not depend on later samples.
struct SilentRuns {
  private struct Run {
    let start: Int
    /// First sample of the run that is in no finished block.
    var next: Int
    var end: Int
  }

  /// Shortest stored run. Listeners cannot tell the silence of a shorter run from soft noise.
  static let shortestSeconds = 0.1
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

  /// Appends a run; one that touches the run before continues it.
  mutating func append(_ run: Range<Int>) {
    if let last = runs.last, last.end == run.lowerBound {
      runs[runs.count - 1].end = run.upperBound
    } else {
      runs.append(Run(start: run.lowerBound, next: run.lowerBound, end: run.upperBound))
    }
  }

  /// Removes the runs before the end of a block, and returns the runs that the block stores.
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
