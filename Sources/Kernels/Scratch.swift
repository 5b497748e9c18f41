import Foundation

/// Scratch memory of one thread, in slots numbered from 0. A slot grows to the largest request and is kept.
package final class Scratch {
  private var buffers: [UnsafeMutableBufferPointer<Float>] = []

  /// Scratch memory without slots.
  package init() {}

  deinit {
    for buffer in buffers { free(buffer.baseAddress) }
  }

  /// Uninitialised memory for `count` floats in slot `slot`, valid until the next request for the slot.
  package func floats(inSlot slot: Int, count: Int) -> UnsafeMutablePointer<Float> {
    while buffers.count <= slot { buffers.append(UnsafeMutableBufferPointer(start: nil, count: 0)) }
    if buffers[slot].count < count {
      free(buffers[slot].baseAddress)
      buffers[slot] = UnsafeMutableBufferPointer(start: allocateFloats(count), count: count)
    }
    guard let base = buffers[slot].baseAddress else { return allocateFloats(0) }
    return base
  }
}

/// Allocates uninitialised memory for `count` floats, aligned to 64 bytes. The caller releases the memory with `free`.
package func allocateFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  var memory: UnsafeMutableRawPointer?
  let status = posix_memalign(&memory, 64, max(count, 1) * MemoryLayout<Float>.stride)
  guard status == 0, let memory else { preconditionFailure("out of memory for \(count) floats") }
  return memory.bindMemory(to: Float.self, capacity: max(count, 1))
}
