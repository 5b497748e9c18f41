import Foundation
import VampcKit

/// Progress line on the terminal about one file: stage, finished time and share, time left, and speed.
final class ProgressDisplay {
  private let name: String
  private let isShown: Bool
  private let started = Date()
  private var stage: CodingProgress.Stage?
  private var stageStarted = Date()
  private var lastShown = Date.distantPast

  /// Shortest time in seconds between two updates of the line.
  private static let intervalSeconds = 0.1

  init(name: String, isShown: Bool) {
    self.name = name
    self.isShown = isShown
  }

  var elapsedSeconds: Double { Date().timeIntervalSince(started) }

  /// Shows `progress` unless the last update is too recent, and checks for an interruption. The time left and the speed
  /// are measured from the beginning of each stage.
  ///
  /// - Throws: `Interrupted`.
  func update(_ progress: CodingProgress) throws {
    try Interruption.shared.check()
    guard isShown else { return }
    let now = Date()
    if progress.stage != stage {
      stage = progress.stage
      stageStarted = now
    }
    guard now.timeIntervalSince(lastShown) >= Self.intervalSeconds else { return }
    lastShown = now
    Console.progress(Self.line(name, progress, stageSeconds: now.timeIntervalSince(stageStarted)))
  }

  /// Removes the progress line.
  func end() {
    if isShown { Console.progress(nil) }
  }

  static func line(_ name: String, _ progress: CodingProgress, stageSeconds: Double) -> String {
    let done = progress.doneSeconds
    var text = "\(name): \(progress.stage.rawValue) \(clock(done))"
    if let total = progress.totalSeconds, total > 0 {
      text += " of \(clock(total)), \(Int(min(1, done / total) * 100)) %"
      if done > 0, stageSeconds > 0.5 {
        text += ", \(clock(max(0, total - done) * stageSeconds / done)) left"
      }
    }
    if stageSeconds > 0.5 { text += ", \(Format.number(done / stageSeconds, decimals: 1)) times real time" }
    return text
  }

  /// Text of a time in seconds as `m:ss`, or `h:mm:ss` from one hour on.
  static func clock(_ seconds: Double) -> String {
    // The length in a damaged stream may be any number.
    let whole = Int(min(seconds, 1e9).rounded())
    let twoDigits = { (value: Int) in (value < 10 ? "0" : "") + String(value) }
    let (minutes, rest) = (whole / 60, whole % 60)
    return minutes < 60
      ? "\(minutes):\(twoDigits(rest))" : "\(minutes / 60):\(twoDigits(minutes % 60)):\(twoDigits(rest))"
  }
}
