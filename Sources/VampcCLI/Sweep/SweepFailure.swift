import ModelStore
import Sweep

/// How a sweep's failures are told, and what they amount to.
enum SweepFailure {
  /// - Throws: `ExitStatus`.
  static func telling(_ body: () throws -> Void) throws { try Failure.telling(status: status, body) }

  private static func status(of error: any Error) -> ExitStatus {
    switch error {
    case SweepError.unknownPreset, SweepError.nothingToDo, SweepError.doesNotFit, SweepError.sameName: .usage
    case SweepError.invalidGrid, SweepError.noClipReadable, SweepError.notResults: .damagedInput
    case is ModelError: ModelCommand.status(of: error)
    default: ExitStatus(of: error)
    }
  }
}
