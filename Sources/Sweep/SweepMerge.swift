import SystemCalls

/// Merge of the results of several shards. The tables equal the tables of one run over all clips, except for the times
/// of computation.
public struct SweepMerge {
  /// Copies the cells and audio of shards into one folder and collects the results.
  ///
  /// - Parameters:
  ///   - folders: Folders with the results of shards, made with the same settings.
  ///   - output: Folder for the merged results, which may contain results already.
  ///   - threadCount: Number of threads that compute Fréchet distances.
  ///   - checkCancellation: Closure that is called, partly from several threads, before each file is copied and before
  ///     the results of each condition are collected. An error of the closure stops the merge.
  /// - Throws: `SweepError.notResults`, also where a shard has symbolic links, pipes or devices, because these lead out of
  ///   its folder; `.settingsDiffer`, `.cannotWrite`, `.nothingToDo` without folders;
  ///   `ReplacingFileError`, `ModelError`, `EvaluationError`, and the errors of `checkCancellation`.
  public static func merge(
    _ folders: [String], into output: String, threadCount: Int, checkCancellation: @escaping @Sendable () throws -> Void
  ) throws -> SweepResults {
    let descriptions = try folders.map { try SweepDescription(resultsIn: $0) }
    guard var merged = descriptions.first else { throw SweepError.nothingToDo }
    for (folder, description) in zip(folders, descriptions).dropFirst() {
      let differences: [(String, Bool)] = [
        ("conditions", description.conditions != merged.conditions), ("models", description.models != merged.models),
        ("clip lengths and seeds", description.selection != merged.selection),
        ("versions", description.versions != merged.versions),
        ("embeddings", description.embeddings.map(\.name) != merged.embeddings.map(\.name)),
      ]
      if let what = differences.first(where: \.1)?.0 {
        throw SweepError.settingsDiffer(path: folder, other: folders[0], what: what)
      }
    }
    let names = merged.embeddings.map(\.name)
    let references = try SweepReferences(folder: folders[0]).read(names)
    for folder in folders.dropFirst() where try SweepReferences(folder: folder).read(names) != references {
      throw SweepError.settingsDiffer(path: folder, other: folders[0], what: "reference statistics")
    }
    var clips: [String: SweepDescription.Clip] = [:]
    for clip in descriptions.flatMap(\.clips) { clips[clip.name] = clip }
    merged.clips = clips.values.sorted(by: SweepDescription.Clip.precedes)
    merged.command = descriptions.map(\.command).joined(separator: "\n")
    let store = try CellStore(creating: output + "/cells")
    for folder in folders {
      for part in ["cells", "audio"] { try copy(folder + "/" + part, to: output + "/" + part, checkCancellation) }
    }
    try SweepReferences(folder: output).replace(with: references, of: names)
    return try SweepCollector(
      merged, store, references: references, threadCount: threadCount, checkCancellation: checkCancellation
    ).results()
  }

  /// Copies a file, or all files of a folder and its subfolders. Files that exist at the target stay, and a missing
  /// source is no error. Each file appears when all its bytes are written.
  private static func copy(_ source: String, to target: String, _ checkCancellation: () throws -> Void) throws {
    guard let kind = try? FileStatus(path: source, followsLinks: false).kind else { return }
    try checkCancellation()
    switch kind {
    case .directory: break
    case .regularFile:
      if FileIdentity(path: target) == nil { try copyFile(source, to: target, checkCancellation) }
      return
    case .symbolicLink, .other:
      throw SweepError.notResults(path: source, reason: "a link, pipe or device, which no sweep makes")
    }
    let names: [String]
    do throws(SystemFailure) {
      try FileName.makeFolders(target)
      names = try FileName.names(in: source)
    } catch {
      throw SweepError.cannotWrite(path: target, reason: error.phrase)
    }
    for name in names { try copy(source + "/" + name, to: target + "/" + name, checkCancellation) }
  }

  private static func copyFile(_ source: String, to target: String, _ checkCancellation: () throws -> Void) throws {
    let chunkByteCount = 1 << 20
    do {
      let file = try OpenFile(readingWithoutLinks: source)
      guard try file.kind() == .regularFile else {
        throw SweepError.notResults(path: source, reason: "not a file any more")
      }
      let copy = try ReplacingFile(path: target, replaces: true)
      while case let bytes = try file.read(upTo: chunkByteCount), !bytes.isEmpty {
        try checkCancellation()
        try copy.write(bytes)
      }
      try copy.commit()
    } catch let error as SystemFailure {
      throw SweepError.notResults(path: source, reason: error.phrase)
    }
  }
}

extension SweepDescription.Clip {
  /// Whether `first` comes before `second` in the order of a sweep: by the names along the path of the file, then by
  /// start.
  static func precedes(_ first: Self, _ second: Self) -> Bool {
    let (a, b) = (first.file.split(separator: "/"), second.file.split(separator: "/"))
    return a == b ? first.startSeconds < second.startSeconds : a.lexicographicallyPrecedes(b)
  }
}
