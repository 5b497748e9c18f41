public import ExplainedErrors

/// Reason why a sweep cannot run or its results cannot be used.
public enum SweepError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Folder or subfolder whose files cannot be listed, or file about which the system gives no information.
  case cannotReadFolder(path: String, reason: String)
  /// Folder without audio files.
  case noAudio(path: String)
  /// Grid file that cannot be read, is too long or violates `formats/sweep-report.md`.
  case invalidGrid(path: String, reason: String)
  /// Name in an option or in a grid file that is not the name of a preset.
  case unknownPreset(name: String, known: [String])
  /// Presets and grid without any condition, or a merge of no folders.
  case nothingToDo
  /// Two models with the same name; results are stored under the name.
  case sameName(model: String)
  /// Condition that the model cannot code: a prompt of more codebooks than the codec has, or of the coarse codebooks of
  /// a model without a coarse transformer.
  case doesNotFit(condition: String, model: String, reason: String)
  /// Folder whose `sweep.json` is missing, cannot be read or does not describe a sweep; or file in the folder of a
  /// shard that cannot be read.
  case notResults(path: String, reason: String)
  /// Results to merge that were made with different settings: `what` differs between the folders `path` and `other`.
  case settingsDiffer(path: String, other: String, what: String)
  /// Folder that cannot be made or listed, or file that cannot be removed; `path` may also be a file for which the
  /// folder cannot be made. `ReplacingFileError` reports a file that cannot be written.
  case cannotWrite(path: String, reason: String)
  /// Folder without a readable clip; `reason` is the error of the first file.
  case noClipReadable(path: String, reason: String)

  /// Phrase that begins with the path, if there is one, and gives the reason.
  public var description: String {
    switch self {
    case .cannotReadFolder(let path, let reason): "\(path): cannot read: \(reason)"
    case .noAudio(let path): "\(path): no audio files in this folder"
    case .invalidGrid(let path, let reason): "\(path): not a grid: \(reason)"
    case .unknownPreset(let name, let known): "no preset '\(name)'; there are \(known.joined(separator: ", "))"
    case .sameName(let model): "two models are called \(model)"
    case .nothingToDo: "no conditions: neither a preset nor a grid asks for any"
    case .doesNotFit(let condition, let model, let reason): "\(condition): \(model) \(reason)"
    case .notResults(let path, let reason): "\(path): no results of a sweep: \(reason)"
    case .settingsDiffer(let path, let other, let what): "\(path): \(what) differ from those of \(other)"
    case .cannotWrite(let path, let reason): "\(path): cannot write: \(reason)"
    case .noClipReadable(let path, let reason): "\(path): none of the audio files can be read; \(reason)"
    }
  }
}

extension SweepError: ExplainedError {
  /// File, option or model that the error is about.
  public var subject: ErrorSubject? {
    switch self {
    case .cannotReadFolder(let path, _), .noAudio(let path), .invalidGrid(let path, _), .notResults(let path, _),
      .settingsDiffer(let path, _, _), .cannotWrite(let path, _), .noClipReadable(let path, _):
      .file(path)
    case .unknownPreset: .option("--preset")
    case .nothingToDo: .option("--grid")
    case .sameName(let model), .doesNotFit(_, let model, _): .model(model)
    }
  }

  /// Kind of the error: usage for an unknown preset, for no conditions, for models of the same name and for a condition
  /// that the model cannot code; bad input for a grid file, a folder of results, or clips none of which can be read;
  /// failure for a folder that cannot be listed or has no audio files, for results that cannot be merged and for
  /// results that cannot be written.
  public var kind: ErrorKind {
    switch self {
    case .unknownPreset, .nothingToDo, .doesNotFit, .sameName: .usage
    case .invalidGrid, .noClipReadable, .notResults: .badInput
    case .cannotReadFolder, .noAudio, .settingsDiffer, .cannotWrite: .failure
    }
  }
}
