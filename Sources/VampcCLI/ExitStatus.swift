import ExplainedErrors

/// Status with which the program ends.
enum ExitStatus: Error, Equatable {
  case success
  case failure
  /// The work was done, but part of the input was damaged or could not be read.
  case decodedWithDamage
  case usage
  /// The input is damaged, or has a format that the command does not read.
  case damagedInput
  case interrupted(signal: Int32)

  /// Exit code, as `README.md` and the manual page list it.
  var code: Int32 {
    switch self {
    case .success: 0
    case .failure: 1
    case .decodedWithDamage: 2
    case .usage: 64
    case .damagedInput: 65
    case .interrupted(let signal): 128 + signal
    }
  }

  /// Status after an error, by the kind of the error. A thrown status is returned unchanged; an error without a kind is
  /// a failure.
  init(of error: any Error) {
    self = (error as? ExitStatus) ?? (error as? any ExplainedError).map { ExitStatus($0.kind) } ?? .failure
  }

  private init(_ kind: ErrorKind) {
    self =
      switch kind {
      case .failure: .failure
      case .usage: .usage
      case .badInput: .damagedInput
      case .interrupted(let signal): .interrupted(signal: signal)
      }
  }

  /// Worse of two statuses; the worst status of all inputs becomes the exit code.
  func worse(_ other: ExitStatus) -> ExitStatus { other.rank > rank ? other : self }

  /// Ends the command with this status.
  ///
  /// - Throws: the status itself, unless it is success.
  func end() throws {
    if self != .success { throw self }
  }

  private var rank: Int {
    switch self {
    case .success: 0
    case .decodedWithDamage: 1
    case .failure: 2
    case .damagedInput: 3
    case .usage: 4
    case .interrupted: 5
    }
  }
}
