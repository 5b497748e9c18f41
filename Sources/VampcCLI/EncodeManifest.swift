import Bitstream
import ExplainedErrors
import Foundation
import Sweep
import SystemCalls

/// Reason why the file of `--manifest` cannot be used.
enum EncodeManifestError: ExplainedError, Equatable {
  /// The first line of the file is not ``EncodeManifest/heading``, so the file is no manifest.
  case notAManifest(path: String, line: String)
  /// The file cannot be opened, read or written, is no regular file, is larger than 1 GiB, or is in use by another
  /// program.
  case unusable(path: String, reason: String)

  var kind: ErrorKind {
    switch self {
    case .notAManifest: .badInput
    case .unusable: .failure
    }
  }

  var subject: ErrorSubject? {
    switch self {
    case .notAManifest(let path, _), .unusable(let path, _): .file(path)
    }
  }

  var description: String {
    switch self {
    case .notAManifest(let path, let line):
      "\(path): no manifest: its first line is '\(line)', not '\(EncodeManifest.heading)'"
    case .unusable(let path, let reason): "\(path): cannot use the manifest: \(reason)"
    }
  }

  var hint: String? {
    if case .notAManifest = self { "name a new file, or one that 'vampc encode --manifest' wrote" } else { nil }
  }
}

/// Table (CSV) of the files that `vampc encode` has finished, one row for each file. A later run leaves out these
/// files.
final class EncodeManifest {
  /// First line of a manifest: the names of the columns.
  static let heading = "file,output,seconds,bytes,rate_bps,generated_share,elapsed_seconds"

  private let path: String
  private let file: OpenFile
  /// Number of bytes of each finished output, by the array `[input path, output path]`.
  private var finished: [[String]: Int] = [:]

  /// Opens a manifest and reads its rows, or creates a manifest. An incomplete last row, which a stopped run has left,
  /// is removed.
  ///
  /// - Throws: `EncodeManifestError`.
  init(path: String) throws {
    self.path = path
    do throws(SystemFailure) {
      file = try OpenFile(updating: path)
      try file.lock()
    } catch {
      throw EncodeManifestError.unusable(
        path: path, reason: error.isWouldBlock ? "another program is using it" : error.reason)
    }
    guard let status = try? file.status(), status.kind == .regularFile else {
      throw EncodeManifestError.unusable(path: path, reason: "it is not a file")
    }
    try read(byteCount: status.byteCount)
  }

  /// Whether the manifest lists a job, and the output still has the number of bytes that the manifest states.
  func isFinished(_ job: FileJob) -> Bool {
    guard let byteCount = finished[Self.key(job)] else { return false }
    return (try? FileStatus(path: job.output))?.byteCount == byteCount
  }

  /// Appends a row for a finished file. The disk has the row when the call returns.
  ///
  /// - Throws: `EncodeManifestError`.
  func add(_ result: EncodeResult) throws {
    let figures = result.figures
    let row = [
      Self.key(result.job)[0], Self.key(result.job)[1], Format.number(result.durationSeconds, decimals: 6),
      String(figures.statistics.byteCount), Format.number(figures.realRateBps ?? 0, decimals: 3),
      Format.number(1 - figures.keptShare, decimals: 6), Format.number(result.elapsedSeconds, decimals: 3),
    ]
    do throws(SystemFailure) {
      try file.write(Array((CommaSeparatedValues.line(row) + "\n").utf8))
      try file.sync()
    } catch {
      throw EncodeManifestError.unusable(path: path, reason: error.reason)
    }
  }

  /// Paths of the input and of the output of a job, as the table names them. Bytes that are not UTF-8 stay scalars of
  /// their own (`PathText`), so that different files have different keys.
  private static func key(_ job: FileJob) -> [String] { [job.input, job.output] }

  private func read(byteCount: Int) throws {
    let largest = 1 << 30
    guard byteCount <= largest else {
      throw EncodeManifestError.unusable(path: path, reason: "it has \(byteCount) bytes, at most \(largest) are read")
    }
    let bytes = try using { () throws(SystemFailure) in try file.bytes(in: 0..<byteCount) }
    guard !bytes.isEmpty else {
      return try using { () throws(SystemFailure) in try file.write(Array((Self.heading + "\n").utf8)) }
    }
    let firstLine = String(decoding: bytes.prefix { $0 != 0x0A }.prefix(80), as: UTF8.self)
    guard firstLine == Self.heading else { throw EncodeManifestError.notAManifest(path: path, line: firstLine) }
    let whole = bytes.prefix((bytes.lastIndex(of: 0x0A) ?? -1) + 1)
    let columnCount = Self.heading.split(separator: ",").count
    for row in CommaSeparatedValues.rows(of: String(decoding: whole, as: UTF8.self)) where row.count == columnCount {
      finished[[row[0], row[1]]] = Int(row[3])
    }
    try using { () throws(SystemFailure) in
      try file.truncate(to: whole.count)
      try file.seek(whole.count)
    }
  }

  private func using<Value>(_ call: () throws(SystemFailure) -> Value) throws -> Value {
    do throws(SystemFailure) { return try call() } catch {
      throw EncodeManifestError.unusable(path: path, reason: error.reason)
    }
  }
}
