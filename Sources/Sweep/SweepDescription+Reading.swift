import Foundation
import SystemCalls

extension SweepDescription {
  /// Largest accepted size of `sweep.json` in bytes: 512 MiB, enough for about a million clips.
  private static let largestByteCount = 1 << 29

  /// Reads the description of a results folder from `sweep.json`.
  ///
  /// - Throws: `SweepError.notResults`.
  public init(resultsIn folder: String) throws {
    let path = folder + "/sweep.json"
    func fault(_ reason: String) -> SweepError { .notResults(path: folder, reason: reason) }
    guard let file = try? OpenFile(reading: path, waitsForWriter: false) else { throw fault("no sweep.json") }
    guard let status = try? file.status(), status.kind == .regularFile, status.byteCount <= Self.largestByteCount,
      let bytes = try? file.bytes(in: 0..<status.byteCount)
    else { throw fault("sweep.json cannot be read") }
    do { try self.init(json: bytes) } catch { throw fault("sweep.json \(error.reason)") }
  }

  /// Fault of `sweep.json`.
  package struct Fault: Error {
    /// Predicate of the file, such as "is damaged".
    package let reason: String
  }

  /// Reads the content of `sweep.json`, which may come from a stranger.
  ///
  /// - Throws: ``Fault``.
  package init(json bytes: [UInt8]) throws(Fault) {
    do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch { throw Fault(reason: "is damaged") }
    guard format == "vampc-sweep" else { throw Fault(reason: "is something else") }
    guard formatVersion == 1 else { throw Fault(reason: "is of version \(formatVersion)") }
    for (what, names) in [
      ("condition", conditions.map(\.identifier)), ("clip", clips.map(\.name)), ("model", models.map(\.name)),
      ("embedding", embeddings.map(\.name)),
    ] {
      var known: Set<String> = []
      for name in names {
        guard known.insert(name).inserted else { throw Fault(reason: "has the \(what) '\(name)' twice") }
        guard Self.isFileName(name) else { throw Fault(reason: "has a \(what) '\(name)', which is no file name") }
      }
    }
  }

  /// Whether a name can be part of the name of a file: names of results lead to no other folder.
  private static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 1_024 && name.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "/") }
  }
}
