import ModelStore

/// The storages of one checkpoint's tensors, opened when they are first needed.
package final class StorageReader {
  private let mapping: MappedFile
  private let archive: ZipArchive?
  /// Entries that are read in place.
  private var opened: [String: EntryContent] = [:]
  /// The entry inflated last: one at a time is in memory.
  private var inflated: (name: String, content: EntryContent)?

  /// Of a file that is its own storage.
  init(_ mapping: MappedFile) {
    self.mapping = mapping
    archive = nil
  }

  init(_ archive: ZipArchive) {
    mapping = archive.mapping
    self.archive = archive
  }

  var path: String { mapping.path }

  /// Some rows of a tensor, seen as a matrix of its first axis and all others, in C order.
  ///
  /// - Parameter range: rows; a tensor without axes has one.
  /// - Throws: `ImportError` where the storage is damaged, `ModelError.nonFiniteValue`.
  package func rows(_ range: Range<Int>, of tensor: StoredTensor) throws -> [Float] {
    let content = try content(of: tensor.storage)
    let rowLength = tensor.shape.dropFirst().reduce(1, *)
    var values: [Float] = []
    values.reserveCapacity(range.count * rowLength)
    guard rowLength > 0 else { return values }
    let rowStride = tensor.strides.first ?? 0
    let inner = Array(zip(tensor.shape, tensor.strides).dropFirst())
    let isContiguous = tensor.strides == StoredTensor.contiguousStrides(of: tensor.shape)
    content.withUnsafeBytes(in: 0..<content.byteCount) { bytes in
      func append(first: Int, step: Int, count: Int) {
        appendElements(
          of: bytes, type: tensor.elementType, isBigEndian: tensor.isBigEndian, first: first, step: step, count: count,
          to: &values)
      }
      func appendAll(_ axes: ArraySlice<(Int, Int)>, from offset: Int) {
        guard let (size, stride) = axes.first else { return append(first: offset, step: 1, count: 1) }
        guard axes.count > 1 else { return append(first: offset, step: stride, count: size) }
        for index in 0..<size { appendAll(axes.dropFirst(), from: offset + index * stride) }
      }
      if isContiguous {
        append(first: tensor.elementOffset + range.lowerBound * rowLength, step: 1, count: range.count * rowLength)
      } else {
        for row in range { appendAll(inner[...], from: tensor.elementOffset + row * rowStride) }
      }
    }
    if isContiguous {
      let size = tensor.elementType.byteCount
      let start = (tensor.elementOffset + range.lowerBound * rowLength) * size
      content.release(start..<start + range.count * rowLength * size)
    } else {
      content.release(0..<content.byteCount)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError.nonFiniteValue(
        path: path, tensor: tensor.name, elementIndex: range.lowerBound * rowLength + index)
    }
    return values
  }

  /// All elements of a small tensor in C order.
  package func all(of tensor: StoredTensor) throws -> [Float] { try rows(0..<(tensor.shape.first ?? 1), of: tensor) }

  private func content(of storage: StoredTensor.Storage) throws -> EntryContent {
    switch (storage, archive) {
    case (.range(let range), _): return EntryContent(mapping, range)
    case (.entry(let name), let archive?):
      if let content = opened[name] { return content }
      if let inflated, inflated.name == name { return inflated.content }
      let entry = try archive.entry(named: name)
      if entry.method == .deflated { inflated = nil }
      let content = try EntryContent(entry, of: archive)
      if entry.method == .stored { opened[name] = content } else { inflated = (name, content) }
      return content
    case (.entry, nil): preconditionFailure("a file without entries has no entry")
    }
  }
}
