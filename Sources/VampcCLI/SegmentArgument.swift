import ArgumentParser
import VampcKit

/// Segment of a recording as users write it: `2:4.5` in seconds, or with a hyphen between two times of any form of
/// `TimeArgument`, such as `1:02-1:10`. Either end may be left out.
struct SegmentArgument: ExpressibleByArgument, Equatable {
  let range: TimeRange

  init?(argument: String) {
    let separator: Character = argument.contains("-") ? "-" : ":"
    let ends = argument.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    guard ends.count == 2, ends != ["", ""] else { return nil }
    func seconds(_ text: String) -> Double?? {
      if text.isEmpty { return .some(nil) }
      return TimeArgument(argument: text).map { .some($0.seconds) } ?? nil
    }
    guard let start = seconds(ends[0]), let end = seconds(ends[1]), end ?? .infinity > start ?? 0 else { return nil }
    range = TimeRange(startSeconds: start ?? 0, endSeconds: end)
  }
}
