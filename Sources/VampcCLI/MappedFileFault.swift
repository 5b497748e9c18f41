import SystemCalls

/// End of the program where another program cuts a mapped file short: a message, exit code 1, and no unfinished files.
enum MappedFileFault {
  /// Arranges for the message, and for unfinished files to be removed.
  static func prepare() {
    MappingFault.handle { path in
      Console.error("\(path): has become shorter while it was read")
      Interruption.shared.abandon()
      endProgram(code: ExitStatus.failure.code)
    }
  }
}
