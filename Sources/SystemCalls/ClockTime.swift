import Glibc

/// Time of the system's clock, counted from the beginning of 1970 in UTC.
package struct ClockTime: Equatable, Sendable {
  package let seconds: Int
  /// Part of a second, 0 to 999 999 999.
  package let nanoseconds: Int

  /// Current time of the system's clock.
  package static var now: ClockTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return ClockTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  /// Offset of the machine's time zone from UTC at this time, in seconds.
  package var utcOffsetSeconds: Int {
    var seconds = seconds
    var local = tm()
    localtime_r(&seconds, &local)
    return local.tm_gmtoff
  }
}
