public import ExplainedErrors

/// What a sweep can object to.
public enum SweepError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotReadFolder(path: String, reason: String)
  case noAudio(path: String)
  /// The grid's file is not as `formats/sweep-report.md` says.
  case invalidGrid(path: String, reason: String)
  case unknownPreset(name: String, known: [String])
  /// A grid without a condition.
  case nothingToDo
  /// Two models of a sweep go by one name, which results are kept under.
  case sameName(model: String)
  /// The condition asks for what the model does not have.
  case doesNotFit(condition: String, model: String, reason: String)
  /// A folder that should hold results of a sweep does not.
  case notResults(path: String, reason: String)
  /// Results that are to be merged were made with other settings.
  case settingsDiffer(path: String, other: String, what: String)
  case cannotWrite(path: String, reason: String)
  /// Every clip of the folder could not be read.
  case noClipReadable(path: String)

  /// Begins with the path where there is one.
  public var description: String {
    switch self {
    case .cannotReadFolder(let path, let reason): "\(path): cannot read the folder: \(reason)"
    case .noAudio(let path): "\(path): no audio files in this folder"
    case .invalidGrid(let path, let reason): "\(path): not a grid: \(reason)"
    case .unknownPreset(let name, let known): "no preset '\(name)'; there are \(known.joined(separator: ", "))"
    case .sameName(let model): "two models are called \(model)"
    case .nothingToDo: "no conditions: neither a preset nor a grid asks for any"
    case .doesNotFit(let condition, let model, let reason): "\(condition): \(model) \(reason)"
    case .notResults(let path, let reason): "\(path): no results of a sweep: \(reason)"
    case .settingsDiffer(let path, let other, let what): "\(path): \(what) differ from those of \(other)"
    case .cannotWrite(let path, let reason): "\(path): cannot write: \(reason)"
    case .noClipReadable(let path): "\(path): none of the audio files can be read"
    }
  }
}

extension SweepError: ExplainedError {
  public var subject: ErrorSubject? {
    switch self {
    case .cannotReadFolder(let path, _), .noAudio(let path), .invalidGrid(let path, _), .notResults(let path, _),
      .settingsDiffer(let path, _, _), .cannotWrite(let path, _), .noClipReadable(let path):
      .file(path)
    case .unknownPreset: .option("--preset")
    case .nothingToDo: .option("--grid")
    case .sameName(let model), .doesNotFit(_, let model, _): .model(model)
    }
  }

  public var kind: ErrorKind {
    switch self {
    case .unknownPreset, .nothingToDo, .doesNotFit, .sameName: .usage
    case .invalidGrid, .noClipReadable, .notResults: .badInput
    case .cannotReadFolder, .noAudio, .settingsDiffer, .cannotWrite: .failure
    }
  }
}
