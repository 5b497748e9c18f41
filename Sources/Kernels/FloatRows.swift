import Foundation

/// Queue of rows `[T, C]`, T rows of C channels: activations in time order, appended at the end and removed at the
/// front.
///
/// Rows are contiguous in memory, `C` floats each.
public final class FloatRows {
  /// Number of channels C, at least 1.
  public let channelCount: Int
  /// Number of rows T in the queue.
  public private(set) var count = 0
  private var storage: UnsafeMutablePointer<Float>
  private var capacity: Int
  private var first = 0

  /// Empty queue with memory for `capacity` rows.
  ///
  /// - Precondition: `channelCount` is positive.
  public init(channelCount: Int, capacity: Int = 0) {
    precondition(channelCount > 0, "rows need at least one channel")
    self.channelCount = channelCount
    self.capacity = capacity
    storage = allocateFloats(capacity * channelCount)
  }

  /// Queue that contains the given values, row by row.
  ///
  /// - Precondition: `values.count` is a multiple of `channelCount`.
  public convenience init(_ values: [Float], channelCount: Int) {
    self.init(channelCount: channelCount, capacity: values.count / channelCount)
    append(values)
  }

  deinit { free(storage) }

  /// Address of the first row; valid until rows are added or removed.
  package var pointer: UnsafeMutablePointer<Float> { storage + first * channelCount }

  /// Copy of all values, row by row.
  public var values: [Float] {
    Array(UnsafeBufferPointer(start: pointer, count: count * channelCount))
  }

  /// Appends values, row by row.
  ///
  /// - Precondition: `values.count` is a multiple of `channelCount`.
  public func append(_ values: some Collection<Float>) {
    precondition(values.count % channelCount == 0, "values do not fill whole rows")
    let target = appendUninitialised(values.count / channelCount)
    _ = UnsafeMutableBufferPointer(start: target, count: values.count).initialize(from: values)
  }

  /// Appends `rows` rows of zeros.
  public func appendZeros(_ rows: Int) {
    appendUninitialised(rows).update(repeating: 0, count: rows * channelCount)
  }

  /// Removes the first `rows` rows.
  ///
  /// - Precondition: `rows` is at most ``count``.
  public func removeFirst(_ rows: Int) {
    precondition(rows <= count, "fewer rows than are to be removed")
    first += rows
    count -= rows
    if count == 0 { first = 0 }
  }

  /// Moves the first rows, at most `limit` rows, into a new queue.
  public func takeFirst(upTo limit: Int) -> FloatRows {
    let rows = min(limit, count)
    let taken = FloatRows(channelCount: channelCount, capacity: rows)
    taken.append(self, rows: rows)
    removeFirst(rows)
    return taken
  }

  /// Removes the last `rows` rows.
  ///
  /// - Precondition: `rows` is at most ``count``.
  public func removeLast(_ rows: Int) {
    precondition(rows <= count, "fewer rows than are to be removed")
    count -= rows
  }

  /// Removes all rows and keeps their memory.
  public func removeAll() {
    first = 0
    count = 0
  }

  /// Removes `rows` rows, beginning with the row at `index` (counted from 0 in the queue); later rows move forward.
  package func remove(at index: Int, _ rows: Int) {
    let target = pointer + index * channelCount
    memmove(target, target + rows * channelCount, (count - index - rows) * channelCount * MemoryLayout<Float>.stride)
    count -= rows
  }

  /// Appends `rows` uninitialised rows and returns the address of the first new row.
  @discardableResult
  package func appendUninitialised(_ rows: Int) -> UnsafeMutablePointer<Float> {
    if first + count + rows > capacity { makeRoom(rows) }
    let target = pointer + count * channelCount
    count += rows
    return target
  }

  private func makeRoom(_ rows: Int) {
    let bytes = count * channelCount * MemoryLayout<Float>.stride
    if count + rows <= capacity && first >= count {
      memcpy(storage, pointer, bytes)
    } else {
      capacity = max(count + rows, capacity + capacity / 2)
      let larger = allocateFloats(capacity * channelCount)
      memcpy(larger, pointer, bytes)
      free(storage)
      storage = larger
    }
    first = 0
  }
}
