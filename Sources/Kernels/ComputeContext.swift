package import CKernels
import Dispatch
internal import COpenBLAS
import Foundation
import Synchronization

/// Where and how kernels run: an instruction level, a number of threads and their scratch memory.
///
/// Networks' weights may be shared; a context serves one computation at a time.
public final class ComputeContext {
  public let level: KernelLevel
  /// At least 1.
  public let threadCount: Int
  package let kernels: CKTable
  private let scratch: [Scratch]

  /// - Parameters:
  ///   - threadCount: threads that share the work; results do not depend on it.
  ///   - level: nil takes the best of this machine.
  /// - Precondition: `level` is available on this machine.
  public init(threadCount: Int = ComputeContext.coreCount, level: KernelLevel? = nil) {
    let chosen = level ?? .best
    guard let table = ck_table(chosen.rawValue) else { preconditionFailure("no kernels for level \(chosen)") }
    self.level = chosen
    self.threadCount = max(1, threadCount)
    kernels = table.pointee
    scratch = (0..<self.threadCount).map { _ in Scratch() }
    // One layer of threads: ours.
    openblas_set_num_threads(1)
  }

  /// Processor cores that this process may use.
  public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// What computes, for people: threads, level of the kernels, and the core that OpenBLAS has chosen its own for.
  public var summary: String {
    let core = String(cString: openblas_get_corename())
    return "\(threadCount) threads, \(String(cString: kernels.name)), OpenBLAS for \(core)"
  }

  /// Measured peak of fused multiply-adds over all threads, in GFLOP/s.
  public func measurePeakGFLOPS() -> Double {
    let iterations = 4_000_000
    let best = Mutex(0.0)
    for _ in 0..<5 {
      let start = DispatchTime.now().uptimeNanoseconds
      let operations = Mutex(0.0)
      parallel(threadCount) { _, _ in
        var sink: (Float, Float, Float) = (0.999, 0.001, 0)
        let done = withUnsafeMutableBytes(of: &sink) {
          kernels.multiplyAddPeak(iterations, $0.baseAddress?.assumingMemoryBound(to: Float.self))
        }
        operations.withLock { $0 += done }
      }
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
      best.withLock { $0 = max($0, operations.withLock { $0 } / seconds / 1e9) }
    }
    return best.withLock { $0 }
  }

  /// Runs `body(job, scratch)` for every job in `0..<count`, over the threads. Jobs must not depend on one another.
  package func parallel(_ count: Int, _ body: (Int, Scratch) -> Void) {
    let workers = min(threadCount, count)
    guard workers > 1 else {
      for job in 0..<count { body(job, scratch[0]) }
      return
    }
    let next = Atomic<Int>(0)
    // The call returns only when every worker has: nothing outlives it, and each worker has its own scratch.
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      nonisolated(unsafe) let scratch = scratch
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        while true {
          let job = next.add(1, ordering: .relaxed).oldValue
          if job >= count { break }
          body(job, scratch[worker])
        }
      }
    }
  }
}

/// Memory of one worker that grows to what is asked for and is kept.
package final class Scratch {
  private var buffers: [UnsafeMutableBufferPointer<Float>] = []

  package init() {}

  deinit {
    for buffer in buffers { free(buffer.baseAddress) }
  }

  /// `count` floats in slot `slot`, uninitialised; valid until the slot is asked for again.
  package func floats(_ slot: Int, _ count: Int) -> UnsafeMutablePointer<Float> {
    while buffers.count <= slot { buffers.append(UnsafeMutableBufferPointer(start: nil, count: 0)) }
    if buffers[slot].count < count {
      free(buffers[slot].baseAddress)
      buffers[slot] = UnsafeMutableBufferPointer(start: allocateFloats(count), count: count)
    }
    guard let base = buffers[slot].baseAddress else { return allocateFloats(0) }
    return base
  }
}

/// Uninitialised memory aligned to 64 bytes, to be released with `free`.
package func allocateFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  var memory: UnsafeMutableRawPointer?
  let status = posix_memalign(&memory, 64, max(count, 1) * MemoryLayout<Float>.stride)
  guard status == 0, let memory else { preconditionFailure("out of memory for \(count) floats") }
  return memory.bindMemory(to: Float.self, capacity: max(count, 1))
}
