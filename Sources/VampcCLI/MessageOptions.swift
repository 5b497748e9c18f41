import ArgumentParser
import SystemCalls
import VampcKit

/// Options for the messages of a command.
struct MessageOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Also print the model, the instruction set, the gain and the time taken.")
  var verbose = false

  @Flag(name: .customLong("no-progress"), help: "Print no progress line. By default, one appears on a terminal.")
  var noProgress = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("-q and -v exclude each other") }
  }

  /// Whether a progress line is shown: on a terminal, unless options suppress the line.
  var showsProgress: Bool { !quiet && !noProgress && StandardStream.error.isTerminal }
}
