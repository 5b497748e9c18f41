public import Archive
public import ArgumentParser
import AudioIO
import SystemCalls

extension ArchiveTime: ExpressibleByArgument {
  /// Time of an option in RFC 3339, such as `2026-11-23T12:00:00+01:00`; nil for any other text, and for a time that an
  /// archive cannot store.
  public init?(argument: String) {
    self.init(rfc3339: argument)
    guard ArchiveLimits.startMicroseconds.contains(microseconds) else { return nil }
  }
}

extension ArchiveTime {
  /// Current time of the machine's clock.
  static var now: ArchiveTime { ArchiveTime(ClockTime.now) }

  /// Time of the last change of the file with an open descriptor; nil for anything but a regular file.
  ///
  /// - Throws: `ArchiveError.badTime` for a time that an archive cannot store.
  init?(modificationOf descriptor: Int32) throws {
    guard let status = try? FileStatus(descriptor: descriptor), status.kind == .regularFile else { return nil }
    // Some file systems have times in billions of years.
    let limits = ArchiveLimits.startMicroseconds
    guard (limits.lowerBound / 1_000_000...limits.upperBound / 1_000_000).contains(status.modification.seconds) else {
      throw ArchiveError.badTime
    }
    self.init(status.modification)
  }

  /// Time that a Broadcast Wave file states for its beginning, read as local time of this machine; nil where an archive
  /// cannot store the time.
  init?(_ origin: BroadcastOrigin) {
    let (second, fraction) = origin.microsecondsOfDay.quotientAndRemainder(dividingBy: 1_000_000)
    let time = ClockTime(localYear: origin.year, month: origin.month, day: origin.day, secondOfDay: second)
    guard let time else { return nil }
    self.init(time)
    microseconds += fraction
    guard ArchiveLimits.startMicroseconds.contains(microseconds) else { return nil }
  }

  /// Midnight of a date of the machine's calendar; days beyond the end of a month belong to the next month. Nil where
  /// an archive cannot store the time.
  init?(localYear year: Int, month: Int, day: Int) {
    guard let time = ClockTime(localYear: year, month: month, day: day, secondOfDay: 0) else { return nil }
    self.init(time)
    guard ArchiveLimits.startMicroseconds.contains(microseconds) else { return nil }
  }

  /// Creates the time `time` with the UTC offset that this machine's time zone has at that moment.
  private init(_ time: ClockTime) {
    self.init(
      microseconds: time.seconds * 1_000_000 + time.nanoseconds / 1_000, utcOffsetMinutes: time.utcOffsetSeconds / 60)
  }
}
