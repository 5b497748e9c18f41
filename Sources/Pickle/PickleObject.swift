/// Recorded call of an allowed global; the reader executes no call.
public struct PickleObject: Sendable {
  let document: PickleDocument
  let number: Int

  private var record: PickleDocument.ObjectRecord { document.objects[number] }

  /// Name of the function or class that the pickle calls.
  public var global: PickleGlobal { document.globals[record.global] }
  /// Arguments of the call.
  public var arguments: PickleValues {
    PickleValues(document: document, indices: document.lists[record.argumentList])
  }
  /// Argument of `__setstate__`; `nil` if the pickle sets no state.
  public var state: PickleValue? { record.state.map { PickleValue(document: document, index: $0) } }
  /// Values that the pickle appends to the object, as to a list.
  public var appended: PickleValues {
    PickleValues(document: document, indices: record.appendedList.map { document.lists[$0] } ?? [])
  }
  /// Entries that the pickle sets on the object, such as the entries of an `OrderedDict`.
  public var entries: PickleEntries {
    PickleEntries(document: document, indices: record.entryList.map { document.lists[$0] } ?? [])
  }
}
