public import Archive
public import ArgumentParser
import Foundation

extension ArchiveTime: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(rfc3339: argument)
    guard ArchiveLimits.startMicroseconds.contains(microseconds) else { return nil }
  }
}

extension ArchiveTime {
  static var now: ArchiveTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return ArchiveTime(time)
  }

  /// When a file was last changed; nil for what is no file.
  init?(modificationOf descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Glibc)
      self.init(status.st_mtim)
    #else
      self.init(status.st_mtimespec)
    #endif
  }

  /// With the offset that the machine's clock had then.
  private init(_ time: timespec) {
    var seconds = time.tv_sec
    var local = tm()
    localtime_r(&seconds, &local)
    self.init(
      microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1_000, utcOffsetMinutes: local.tm_gmtoff / 60)
  }
}
