import Glibc

/// Time of the system's clock, counted from the beginning of 1970 in UTC.
package struct ClockTime: Equatable, Sendable {
  package let seconds: Int
  /// Nanoseconds since the beginning of the second ``seconds``, 0 to 999 999 999.
  package let nanoseconds: Int

  /// Current time of the system's clock.
  package static var now: ClockTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return ClockTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  /// Time at which the machine's clock showed a local date and time of day; `nil` for a time that the system cannot
  /// represent, and for the last second of 1969 in UTC.
  ///
  /// Month and day count from 1, and `secondOfDay` is the time that the clock shows, in seconds from midnight. Dates
  /// beyond the end of a month belong to the next month. When daylight saving ends, a local time occurs twice; the
  /// system chooses one of the two.
  package init?(localYear year: Int, month: Int, day: Int, secondOfDay: Int) {
    var local = tm()
    guard let year = Int32(exactly: year - 1_900), let month = Int32(exactly: month - 1),
      let day = Int32(exactly: day), let second = Int32(exactly: secondOfDay)
    else { return nil }
    (local.tm_year, local.tm_mon, local.tm_mday, local.tm_isdst) = (year, month, day, -1)
    (local.tm_hour, local.tm_min, local.tm_sec) = (second / 3_600, second / 60 % 60, second % 60)
    let seconds = mktime(&local)
    guard seconds != -1 else { return nil }
    self.init(seconds: seconds, nanoseconds: 0)
  }

  package init(seconds: Int, nanoseconds: Int) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Offset of the machine's time zone from UTC at this time, in seconds; positive east of Greenwich.
  package var utcOffsetSeconds: Int {
    var seconds = seconds
    var local = tm()
    localtime_r(&seconds, &local)
    return local.tm_gmtoff
  }
}
