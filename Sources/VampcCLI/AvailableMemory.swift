import Foundation

/// Memory that programs can have without anything being swapped out.
enum AvailableMemory {
  static var byteCount: Int {
    // The kernel's own estimate, in KiB; where there is none, all there is.
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let fields = lines.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ") ?? []
    if fields.count > 1, let kibibytes = Int(fields[1]) { return kibibytes << 10 }
    return Int(min(ProcessInfo.processInfo.physicalMemory, UInt64(Int.max)))
  }
}
