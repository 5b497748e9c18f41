public import Archive
public import ArgumentParser
import SystemCalls

extension ArchiveTime: ExpressibleByArgument {
  /// Time of an option; nil where the text is no time.
  public init?(argument: String) {
    self.init(rfc3339: argument)
    guard ArchiveLimits.startMicroseconds.contains(microseconds) else { return nil }
  }
}

extension ArchiveTime {
  /// Current time.
  static var now: ArchiveTime { ArchiveTime(ClockTime.now) }

  /// Time of a file's last change; nil for anything but a regular file.
  init?(modificationOf descriptor: Int32) {
    guard let status = try? FileStatus(descriptor: descriptor), status.kind == .regularFile else { return nil }
    self.init(status.modification)
  }

  /// Time with the UTC offset of the machine's clock at that time.
  private init(_ time: ClockTime) {
    self.init(
      microseconds: time.seconds * 1_000_000 + time.nanoseconds / 1_000, utcOffsetMinutes: time.utcOffsetSeconds / 60)
  }
}
