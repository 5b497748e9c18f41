import ModelStore
import Sweep

/// How a sweep's failures are told, and what they amount to.
enum SweepFailure {
  /// - Throws: `ExitStatus`.
  static func telling(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      Console.progress(nil)
      Failure.report(error, file: nil)
      throw status(of: error)
    }
  }

  private static func status(of error: any Error) -> ExitStatus {
    switch error {
    case SweepError.unknownPreset, SweepError.nothingToDo, SweepError.doesNotFit: .usage
    case SweepError.invalidGrid, SweepError.noClipReadable, SweepError.notResults: .damagedInput
    case is ModelError: ModelCommand.status(of: error)
    default: ExitStatus(of: error)
    }
  }
}
