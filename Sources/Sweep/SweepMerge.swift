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
  /// - Throws: `SweepError.notResults`, `.settingsDiffer`, `.cannotWrite`, `.nothingToDo` without folders;
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
    guard let kind = try? FileStatus(path: source).kind else { return }
    try checkCancellation()
    guard kind == .directory else {
      if FileIdentity(path: target) == nil { try ReplacingFile.write(try contents(of: source), to: target) }
      return
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

  private static func contents(of path: String) throws(SweepError) -> [UInt8] {
    do throws(SystemFailure) {
      let file = try OpenFile(reading: path)
      return try file.bytes(in: 0..<(try file.byteCount()))
    } catch {
      throw .notResults(path: path, reason: error.phrase)
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
