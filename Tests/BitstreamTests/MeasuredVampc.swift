import Foundation
import Testing

/// Cost of one run of the built `vampc`, measured by the kernel for that process alone.
struct MeasuredVampc {
  let status: Int32
  /// Peak memory, in bytes.
  let peakByteCount: Int
  /// Processor time of all threads, in seconds; unlike elapsed time, it does not depend on other processes.
  let cpuSeconds: Double

  /// Program that starts vampc from a small process. A child of the tests' own process would begin with the peak memory
  /// of the tests (getrusage(2), ru_maxrss).
  private static let script = """
    import os, sys
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.execv(sys.argv[1], sys.argv[1:])
    _, status, usage = os.wait4(child, 0)
    print(os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime)
    """

  /// Runs `vampc COMMAND` on a file with the given bytes.
  init(_ command: String, _ bytes: [UInt8]) throws {
    let program = try ExternalProgram()
    try program.write(bytes, to: "input.vampc")
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let vampc = URL(filePath: tests).deletingLastPathComponent().appending(path: "vampc").path
    let outcome = try program.run(["python3", "-c", Self.script, vampc, command, "input.vampc"])
    let words = outcome.output.split(whereSeparator: \.isWhitespace)
    try #require(words.count == 3, "\(outcome)")
    status = try #require(Int32(words[0]))
    peakByteCount = try #require(Int(words[1]))
    cpuSeconds = try #require(Double(words[2]))
  }
}
