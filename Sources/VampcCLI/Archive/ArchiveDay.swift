import Archive
import ArgumentParser
import SystemCalls

/// Argument of `--day`: a day in the machine's time zone.
struct ArchiveDay: ExpressibleByArgument {
  /// First moment of the day.
  let start: ArchiveTime
  /// First moment of the next day.
  let end: ArchiveTime

  /// Day of a date such as `2026-11-23`; nil for any other text, and for a day that an archive cannot store.
  init?(argument: String) {
    // The parser of times checks form and date.
    guard argument.utf8.count == 10, ArchiveTime(argument: argument + "T00:00:00Z") != nil else { return nil }
    let parts = argument.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, let start = ArchiveTime(localYear: parts[0], month: parts[1], day: parts[2]),
      let end = ArchiveTime(localYear: parts[0], month: parts[1], day: parts[2] + 1)
    else { return nil }
    (self.start, self.end) = (start, end)
  }
}

/// Options of `vampc archive list` for the span of time whose recordings or gaps are listed.
struct ArchiveSpanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only recordings that have a part behind this time, such as 2026-11-23T12:00:00+01:00.", valueName: "time"))
  var from: ArchiveTime?

  @Option(help: ArgumentHelp("Only recordings that have a part in front of this time.", valueName: "time"))
  var to: ArchiveTime?

  @Option(
    help: ArgumentHelp(
      "Only recordings of this day by the machine's clock, such as 2026-11-23; excludes --from and --to.",
      valueName: "date"))
  var day: ArchiveDay?

  func validate() throws {
    if day != nil, from != nil || to != nil { throw ValidationError("--day excludes --from and --to") }
    if let from, let to, from.microseconds >= to.microseconds { throw ValidationError("--from must be before --to") }
  }

  /// First moment of the span; nil where the options name no start.
  var start: ArchiveTime? { day?.start ?? from }
  /// End (exclusive) of the span; nil where the options name no end.
  var end: ArchiveTime? { day?.end ?? to }

  /// Span in microseconds since 1970-01-01T00:00:00Z, open at an end that the options do not name; nil where the
  /// options name neither end.
  var range: Range<Int>? {
    guard start != nil || end != nil else { return nil }
    return (start?.microseconds ?? .min)..<(end?.microseconds ?? .max)
  }
}
