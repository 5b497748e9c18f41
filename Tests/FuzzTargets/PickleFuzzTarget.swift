import Pickle

extension FuzzTarget {
  /// Reader of pickles that allows the functions which PyTorch's checkpoints call.
  public static let pickle = FuzzTarget(name: "pickle") { input in
    let globals = [("collections", "OrderedDict"), ("torch._utils", "_rebuild_tensor_v2"), ("numpy", "ndarray")]
    let reader = PickleReader(allowing: Set(globals.map { PickleGlobal(module: $0.0, name: $0.1) }))
    let document: PickleDocument
    do {
      document = try reader.read(input)
    } catch let error as PickleError {
      return try require((0...input.count).contains(error.byteOffset), "fault beyond the input: \(error)")
    }
    try require((1...input.count).contains(document.endOffset), "a pickle ends at \(document.endOffset)")
    try visit(document.root, byteCount: input.count)
  }

  /// Reads every reachable value, at most 10 000 of them, because values may contain themselves.
  private static func visit(_ root: PickleValue, byteCount: Int) throws {
    var waiting = [root]
    var seen: Set<Int> = []
    while let value = waiting.popLast(), seen.count < 10_000 {
      guard seen.insert(value.identity).inserted else { continue }
      try require((0..<byteCount).contains(value.byteOffset), "a value at \(value.byteOffset)")
      _ = (value.text, value.number, value.bytes?.count)
      for values in [value.tuple, value.list].compactMap({ $0 }) { waiting += Array(values) }
      if let entries = value.dictionary {
        _ = entries["state_dict"]
        waiting += entries.flatMap { [$0.key, $0.value] }
      }
      if let object = value.object {
        waiting += Array(object.arguments) + Array(object.appended) + object.entries.flatMap { [$0.key, $0.value] }
        waiting += [object.state].compactMap { $0 }
      }
      waiting += [value.persistentID].compactMap { $0 }
    }
  }
}
