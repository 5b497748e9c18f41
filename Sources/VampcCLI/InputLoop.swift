/// Loop over the inputs of a command.
enum InputLoop {
  /// Calls `work` for every input, shows errors, and continues with the next input.
  ///
  /// - Parameters:
  ///   - inputs: Inputs of the command, in order.
  ///   - name: Closure that returns the name of an input in messages; nil where the errors name the input.
  ///   - endsAll: Closure that says whether no further input can succeed after an error; the loop then ends.
  ///   - work: Closure that processes one input.
  /// - Returns: the worst status of all inputs.
  /// - Throws: `ExitStatus.interrupted` after an interruption.
  static func run<Input>(
    _ inputs: [Input], name: (Input) -> String?, endsAll: (any Error) -> Bool = { _ in false },
    _ work: (Input) throws -> ExitStatus
  ) throws -> ExitStatus {
    var worst = ExitStatus.success
    for input in inputs {
      do {
        worst = worst.worse(try work(input))
      } catch {
        ErrorReport.show(error, about: name(input))
        let status = ExitStatus(of: error)
        if case .interrupted = status { throw status }
        worst = worst.worse(status)
        if endsAll(error) { break }
      }
    }
    return worst
  }

  /// Calls `work` for the only input of a command.
  ///
  /// - Throws: the `ExitStatus` of the input, unless this status is success.
  static func run(_ input: String, _ work: () throws -> ExitStatus) throws {
    try run([input], name: displayName) { _ in try work() }.end()
  }

  /// Name of an input in messages.
  static func displayName(_ path: String) -> String { path == "-" ? "standard input" : path }
}
