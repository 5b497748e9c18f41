/// Writes a pickle of protocol 3, value by value in the order in which Python's unpickler takes them.
///
/// Nothing is memorised: a value that is needed twice is written twice.
public struct PickleWriter {
  private var bytes: [UInt8] = [PickleOpcode.proto.rawValue, 3]

  public init() {}

  public mutating func none() { emit(.none) }
  public mutating func bool(_ value: Bool) { emit(value ? .newtrue : .newfalse) }

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

  /// - Precondition: below 4 GiB.
  public mutating func text(_ value: String) {
    emit(.binunicode)
    bytes += littleEndian(UInt32(value.utf8.count))
    bytes += value.utf8
  }

  /// - Precondition: below 4 GiB.
  public mutating func bytes(_ value: some Collection<UInt8>) {
    emit(.binbytes)
    bytes += littleEndian(UInt32(value.count))
    bytes += value
  }

  /// - Precondition: module and name have no line feed.
  public mutating func global(_ global: PickleGlobal) {
    emit(.global)
    bytes += "\(global.module)\n\(global.name)\n".utf8
  }

  public mutating func tuple(_ items: (inout PickleWriter) throws -> Void) rethrows {
    emit(.mark)
    try items(&self)
    emit(.tuple)
  }

  public mutating func list(_ items: (inout PickleWriter) throws -> Void) rethrows {
    emit(.emptyList)
    emit(.mark)
    try items(&self)
    emit(.appends)
  }

  /// - Parameter entries: writes keys and values by turns.
  public mutating func dictionary(_ entries: (inout PickleWriter) throws -> Void) rethrows {
    emit(.emptyDict)
    emit(.mark)
    try entries(&self)
    emit(.setitems)
  }

  /// What Python makes by calling `global` and handing it a state.
  public mutating func object(
    _ global: PickleGlobal, arguments: (inout PickleWriter) throws -> Void, state: (inout PickleWriter) throws -> Void
  ) rethrows {
    self.global(global)
    try tuple(arguments)
    emit(.reduce)
    try state(&self)
    emit(.build)
  }

  /// The whole pickle. One value must have been written.
  public func finished() -> [UInt8] { bytes + [PickleOpcode.stop.rawValue] }

  private mutating func emit(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
