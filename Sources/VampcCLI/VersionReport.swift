import Foundation
import Kernels
import ModelStore
import SystemCalls

/// Description of the running program for bug reports: version, instruction set, libraries, folders of models.
struct VersionReport {
  /// Version of the program.
  let version: String

  /// Whether the arguments ask for this report: `--version` and `-v` or `--verbose`, and nothing else.
  static func isWanted(by arguments: [String]) -> Bool {
    arguments.count == 2 && arguments.contains("--version")
      && (arguments.contains("-v") || arguments.contains("--verbose"))
  }

  /// One line for each property, the name in front.
  var text: String {
    let available = InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
    var lines = [
      ("version", version),
      ("machine", ComputeContext(threadCount: ComputeContext.coreCount, instructionSet: nil).summary),
      ("available", available.joined(separator: ", ")),
    ]
    lines += Self.libraryNames.map { ("library", $0) }
    let library = Models.library()
    let modelCounts = Dictionary(grouping: library.modelPaths()) { path in
      String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    }
    lines += library.folders.map { folder in
      ("models in", "\(folder): \(modelCounts[folder]?.count ?? 0)")
    }
    return lines.map { $0.0.padding(toLength: 11, withPad: " ", startingAt: 0) + Console.printable($0.1) }
      .joined(separator: "\n")
  }

  /// File names, with versions, of the shared libraries that the program has loaded, sorted.
  private static var libraryNames: [String] {
    guard let file = try? OpenFile(reading: "/proc/self/maps") else { return [] }
    var bytes: [UInt8] = []
    while let more = try? file.read(upTo: 1 << 16), !more.isEmpty { bytes += more }
    let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line -> String? in
      guard let slash = line.firstIndex(of: "/") else { return nil }
      let path = String(line[slash...])
      guard path.contains(".so") else { return nil }
      return URL(fileURLWithPath: path).resolvingSymlinksInPath().lastPathComponent
    }
    return Set(names).sorted()
  }
}
