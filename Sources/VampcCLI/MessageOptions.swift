import ArgumentParser
import SystemCalls
import VampcKit

/// How much the program says.
struct MessageOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say more: the model, the machine, the gain, the time it took.")
  var verbose = false

  @Flag(name: .customLong("no-progress"), help: "No progress line, which otherwise appears on a terminal.")
  var noProgress = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("-q and -v exclude each other") }
  }

  /// Whether a progress line may be shown.
  var showsProgress: Bool { !quiet && !noProgress && StandardStream.error.isTerminal }
}
