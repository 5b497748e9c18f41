package import CKernels
import Dispatch
internal import COpenBLAS
import Foundation
import Synchronization

/// Execution context of the kernels: an instruction set, a number of threads and their scratch memory.
///
/// A context serves one computation at a time. Contexts with the same instruction set may share the weights of a
/// network.
public final class ComputeContext {
  /// Instruction set of all kernels that run in this context.
  public let instructionSet: InstructionSet
  /// Number of threads, at least 1.
  public let threadCount: Int
  package let kernels: CKTable
  private let scratch: [Scratch]

  /// Context for the given threads and instruction set. Sets OpenBLAS to one thread for the whole process.
  ///
  /// - Parameters:
  ///   - threadCount: Number of threads, raised to 1 if smaller; results do not depend on the number.
  ///   - instructionSet: Instruction set of the kernels; nil selects the widest one that this machine has.
  /// - Precondition: `instructionSet` is available on this machine.
  public init(threadCount: Int = ComputeContext.coreCount, instructionSet: InstructionSet? = nil) {
    let chosen = instructionSet ?? .best
    guard let table = ck_table(chosen.rawValue) else { preconditionFailure("no kernels for instruction set \(chosen)") }
    self.instructionSet = chosen
    self.threadCount = max(1, threadCount)
    kernels = table.pointee
    scratch = (0..<self.threadCount).map { _ in Scratch() }
    // Threads of OpenBLAS would compete with the threads of the context.
    openblas_set_num_threads(1)
  }

  /// Number of processor cores of this machine that are online. Restrictions of this process to some of the cores are
  /// ignored.
  public static var coreCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Summary for people: thread count, instruction set of the kernels, and the processor core that OpenBLAS selected.
  public var summary: String {
    let core = String(cString: openblas_get_corename())
    return "\(threadCount) threads, \(String(cString: kernels.name)), OpenBLAS for \(core)"
  }

  /// Measures the peak rate of multiply-adds over all threads, in GFLOP/s with two operations for each multiply-add:
  /// the best of five trials.
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

  /// Runs `body(job, scratch)` for every job in `0..<count` on the threads of the context, in any order, and returns
  /// after the last job.
  ///
  /// - Precondition: jobs do not depend on one another.
  package func parallel(_ count: Int, _ body: (Int, Scratch) -> Void) {
    let workers = min(threadCount, count)
    guard workers > 1 else {
      for job in 0..<count { body(job, scratch[0]) }
      return
    }
    let next = Atomic<Int>(0)
    // `concurrentPerform` returns after all workers, so `body` and `scratch` outlive them. Each worker has scratch
    // memory of its own.
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
