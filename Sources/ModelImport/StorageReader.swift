import ModelStore

/// Reader of the elements of a checkpoint's tensors. The storage of a tensor is opened on its first use.
package final class StorageReader {
  private let mapping: MappedFile
  private let archive: ZipArchive?
  /// Uncompressed entries opened so far, by name; their bytes stay in the file.
  private var opened: [String: EntryContent] = [:]
  /// Compressed entry that was inflated last; only one inflated entry is in memory at a time.
  private var inflated: (name: String, content: EntryContent)?

  /// Reader of a file whose tensors are ranges of the file.
  init(_ mapping: MappedFile) {
    self.mapping = mapping
    archive = nil
  }

  /// Reader of a zip archive whose tensors are in entries.
  init(_ archive: ZipArchive) {
    mapping = archive.mapping
    self.archive = archive
  }

  var path: String { mapping.path }

  /// Reads rows of a tensor in C order; rows are along the first axis.
  ///
  /// - Parameters:
  ///   - range: Indices of the rows, counted from 0; a tensor without axes has one row.
  ///   - tensor: Tensor of the checkpoint.
  /// - Throws: ``ImportError`` if the storage is damaged, `ModelError.nonFiniteValue` or
  ///   `ModelError.shortened`.
  package func rows(_ range: Range<Int>, of tensor: StoredTensor) throws -> [Float] {
    try mapping.requireLength()
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

  /// Reads all elements of a small tensor in C order.
  ///
  /// - Throws: The errors of ``rows(_:of:)``.
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
