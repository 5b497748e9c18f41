import COutOfMemory

/// End of the program where memory runs out: a message, exit code 1, and no unfinished files.
///
/// `COutOfMemory` replaces the functions that allocate. Only these functions can handle a failure: Swift ends the
/// process where an allocation fails.
enum OutOfMemory {
  /// Registers the function that removes unfinished files when memory runs out.
  static func prepare() { oom_prepare { Interruption.shared.abandon() } }
}
