/// Reads pickles of the protocols 0 to 5, as far as NumPy and PyTorch write them, and executes nothing.
///
/// A pickle is a program. This reader follows only the part of it that builds plain values. Globals stay names; where
/// the program calls one, the call is recorded as a `PickleObject` if the global is in the list, and else refused.
public struct PickleReader: Sendable {
  private let allowedGlobals: Set<PickleGlobal>
  private let limits: PickleLimits

  /// - Parameter allowedGlobals: those whose calls are recorded.
  public init(allowing allowedGlobals: Set<PickleGlobal>, limits: PickleLimits = PickleLimits()) {
    self.allowedGlobals = allowedGlobals
    self.limits = limits
  }

  /// Reads the pickle that begins at `startOffset`; bytes after its end are left alone (`PickleDocument.endOffset`).
  ///
  /// - Throws: `PickleError`.
  /// - Complexity: O(n) in time; see `PickleLimits` for memory.
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
