/// Reader of the pickles that NumPy and PyTorch write, protocols 0 to 5, which runs no Python code.
///
/// A pickle is a program. The reader executes only opcodes that build plain values. Functions and classes (globals)
/// stay names. A call of an allowed global is recorded as a ``PickleObject``; a call of any other global is refused.
public struct PickleReader: Sendable {
  private let allowedGlobals: Set<PickleGlobal>
  private let limits: PickleLimits

  /// Creates a reader that records calls of `allowedGlobals` and refuses all other calls.
  ///
  /// - Parameters:
  ///   - allowedGlobals: Functions and classes that pickles may call.
  ///   - limits: Limits on memory.
  public init(allowing allowedGlobals: Set<PickleGlobal>, limits: PickleLimits = PickleLimits()) {
    self.allowedGlobals = allowedGlobals
    self.limits = limits
  }

  /// Reads the pickle that begins at `startOffset` and ignores bytes after its end (``PickleDocument/endOffset``).
  ///
  /// - Throws: ``PickleError``.
  /// - Precondition: `startOffset` is in `0...bytes.count`.
  /// - Complexity: O(n) in time; see ``PickleLimits`` for memory.
  public func read(_ bytes: [UInt8], from startOffset: Int = 0) throws -> PickleDocument {
    precondition((0...bytes.count).contains(startOffset), "start outside the input")
    var input = PickleInput(bytes: bytes, position: startOffset)
    var machine = PickleMachine(allowedGlobals: allowedGlobals, limits: limits)
    while true {
      let byteOffset = input.position
      let byte = try input.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw PickleError.unknownOpcode(byte, byteOffset: byteOffset)
      }
      if try machine.step(opcode, at: byteOffset, &input) {
        return try machine.document(of: input, stopOffset: byteOffset)
      }
    }
  }
}
