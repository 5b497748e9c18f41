import ArgumentParser
import Foundation
import ModelStore

extension CompletionKind {
  /// Completion of a model argument: names of the installed models, or folders where the typed text has a slash and is
  /// therefore a path.
  static let modelNames = CompletionKind.custom { _, _, prefix in
    guard let slash = prefix.lastIndex(of: "/") else {
      return Set(Models.library().modelPaths().map(ModelFiles.folderName)).sorted()
    }
    let parent = String(prefix[...slash])
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.sorted().map { parent + $0 }.filter(FilePlan.isFolder)
  }
}
