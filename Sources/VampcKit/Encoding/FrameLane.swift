import Tokens

/// Consecutive frames that can be cut and joined: a token grid or a keep mask.
protocol FrameSequence {
  var codebookCount: Int { get }
  var frameCount: Int { get }
  func slice(codebooks: Range<Int>, frames: Range<Int>) -> Self
  func appending(_ other: Self) -> Self
}

extension TokenGrid: FrameSequence {}
extension TokenMask: FrameSequence {}

/// Queue of frames, which are appended and removed in runs of any length, first in, first out.
struct FrameLane<Run: FrameSequence> {
  private(set) var runs: [Run] = []
  private(set) var frameCount = 0

  mutating func append(_ run: Run) {
    guard run.frameCount > 0 else { return }
    runs.append(run)
    frameCount += run.frameCount
  }

  mutating func take(_ count: Int) -> Run {
    precondition((1...frameCount).contains(count), "more frames taken than there are")
    frameCount -= count
    var missing = count
    var runCount = 0
    var taken: [Run] = []
    while missing > 0 {
      let run = runs[runCount]
      guard run.frameCount > missing else {
        taken.append(run)
        missing -= run.frameCount
        runCount += 1
        continue
      }
      let codebooks = 0..<run.codebookCount
      taken.append(run.slice(codebooks: codebooks, frames: 0..<missing))
      runs[runCount] = run.slice(codebooks: codebooks, frames: missing..<run.frameCount)
      missing = 0
    }
    runs.removeFirst(runCount)
    return taken.dropFirst().reduce(taken[0]) { $0.appending($1) }
  }
}
