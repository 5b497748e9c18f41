import Foundation

/// Runner of `scripts/check-report`, which opens a page in headless Chromium.
enum ReportCheck {
  private static let script = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "scripts/check-report").path

  /// Runs the script and returns its exit status and output. The status is 69 where Chromium is missing.
  static func run(_ page: String, screenshots: String? = nil) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", script, page] + (screenshots.map { [$0] } ?? [])
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    // Output to a file needs no reader while the script runs.
    let log = URL(filePath: page + ".log")
    try Data().write(to: log)
    let output = try FileHandle(forWritingTo: log)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: log), as: UTF8.self))
  }
}
