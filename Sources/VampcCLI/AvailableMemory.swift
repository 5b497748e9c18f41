import Foundation

/// Memory that programs of this machine can still use without swapping.
enum AvailableMemory {
  /// Available memory in bytes; all physical memory where the system gives no estimate.
  static var byteCount: Int {
    // The kernel's estimate in KiB (proc_meminfo(5)); without one, all physical memory.
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let fields = lines.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ") ?? []
    if fields.count > 1, let kibibytes = Int(fields[1]) { return kibibytes << 10 }
    return Int(min(ProcessInfo.processInfo.physicalMemory, UInt64(Int.max)))
  }
}
