import Foundation
import Sweep
import Synchronization

/// Progress line of a sweep on the terminal: number and share of finished results, and the time left. Any thread may
/// report progress.
final class SweepProgressDisplay: Sendable {
  private let isShown: Bool
  private let lastShown = Mutex(Date.distantPast)

  private static let intervalSeconds = 0.2

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: SweepProgress) {
    guard isShown else { return }
    let isDue = lastShown.withLock { last in
      let now = Date()
      guard now.timeIntervalSince(last) >= Self.intervalSeconds else { return false }
      last = now
      return true
    }
    if isDue { Console.progress(Self.line(progress)) }
  }

  func end() {
    if isShown { Console.progress(nil) }
  }

  static func line(_ progress: SweepProgress) -> String {
    let share = progress.totalCount > 0 ? Double(progress.doneCount) / Double(progress.totalCount) : 1
    var text = "sweep: \(progress.doneCount) of \(progress.totalCount), \(Int(share * 100)) %"
    if let seconds = progress.remainingSeconds { text += ", \(ProgressDisplay.clock(seconds)) left" }
    return text
  }
}
