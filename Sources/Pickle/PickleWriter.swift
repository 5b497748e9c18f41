/// Writer of pickles of protocol 3. A caller writes the values in the order in which Python's unpickler reads them.
///
/// The writer uses no memo: a value that is needed twice is written twice.
public struct PickleWriter {
  private var bytes: [UInt8] = [PickleOpcode.proto.rawValue, 3]

  /// Creates the writer of a new pickle, into which the caller writes exactly one value.
  public init() {}

  /// Writes `None`.
  public mutating func none() { emit(.none) }
  /// Writes a Boolean, Python's `bool`.
  public mutating func bool(_ value: Bool) { emit(value ? .newtrue : .newfalse) }

  /// Writes an integer, Python's `int`.
  public mutating func integer(_ value: Int) {
    if let small = Int32(exactly: value) {
      emit(.binint)
      bytes += littleEndian(UInt32(bitPattern: small))
    } else {
      emit(.long1)
      bytes.append(8)
      bytes += littleEndian(UInt64(bitPattern: Int64(value)))
    }
  }

  /// Writes a text, Python's `str`.
  ///
  /// - Precondition: the text has less than 4 GiB of UTF-8.
  public mutating func text(_ value: String) {
    emit(.binunicode)
    bytes += littleEndian(UInt32(value.utf8.count))
    bytes += value.utf8
  }

  /// Writes a byte string, Python's `bytes`.
  ///
  /// - Precondition: `value` has less than 4 GiB.
  public mutating func bytes(_ value: some Collection<UInt8>) {
    emit(.binbytes)
    bytes += littleEndian(UInt32(value.count))
    bytes += value
  }

  /// Writes the name of a function or class.
  ///
  /// - Precondition: neither module nor name has a line feed.
  public mutating func global(_ global: PickleGlobal) {
    emit(.global)
    bytes += "\(global.module)\n\(global.name)\n".utf8
  }

  /// Writes a tuple of the values that the closure `items` writes.
  public mutating func tuple(_ items: (inout PickleWriter) throws -> Void) rethrows {
    emit(.mark)
    try items(&self)
    emit(.tuple)
  }

  /// Writes a list of the values that the closure `items` writes.
  public mutating func list(_ items: (inout PickleWriter) throws -> Void) rethrows {
    emit(.emptyList)
    emit(.mark)
    try items(&self)
    emit(.appends)
  }

  /// Writes a dictionary.
  ///
  /// - Parameter entries: Closure that writes keys and values alternately.
  public mutating func dictionary(_ entries: (inout PickleWriter) throws -> Void) rethrows {
    emit(.emptyDict)
    emit(.mark)
    try entries(&self)
    emit(.setitems)
  }

  /// Writes a call of `global` and the state of the object that the call returns.
  ///
  /// - Parameters:
  ///   - global: Function or class that the unpickler calls.
  ///   - arguments: Closure that writes the arguments of the call.
  ///   - state: Closure that writes one value, the argument of `__setstate__`.
  public mutating func object(
    _ global: PickleGlobal, arguments: (inout PickleWriter) throws -> Void, state: (inout PickleWriter) throws -> Void
  ) rethrows {
    self.global(global)
    try tuple(arguments)
    emit(.reduce)
    try state(&self)
    emit(.build)
  }

  /// Returns the bytes of the whole pickle.
  ///
  /// - Precondition: exactly one value has been written.
  public func finished() -> [UInt8] { bytes + [PickleOpcode.stop.rawValue] }

  private mutating func emit(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
