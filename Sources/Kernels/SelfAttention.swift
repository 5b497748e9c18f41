internal import CKernels
internal import COpenBLAS

/// Multi-head self-attention with a relative position bias: softmax(q · kᵀ/√d + bias) · v.
///
/// OpenBLAS computes the products, in sizes that do not depend on the number of threads.
public struct SelfAttention: Sendable {
  /// Number of attention heads, among which the channels are divided equally.
  public let headCount: Int

  /// Attention with `headCount` heads.
  public init(headCount: Int) {
    self.headCount = headCount
  }

  /// Number of query rows that a thread computes at a time; constant, so that results do not depend on the threads.
  private static let blockRows = 128

  /// Computes the attention of each of T frames to all T frames.
  ///
  /// - Parameters:
  ///   - input: Rows `[T, 3 · D]`: queries, keys and values side by side, each head by head.
  ///   - bias: Position bias `[head, 2 · T − 1]`: one value for each distance key − query in frames, from −(T − 1) to
  ///     T − 1.
  ///   - output: Queue that receives `[T, D]`; its old rows are removed.
  ///   - context: Threads and instruction set of the computation.
  /// - Precondition: D is a multiple of the head count.
  public func apply(to input: FloatRows, bias: [Float], into output: FloatRows, context: ComputeContext) {
    let frames = input.count
    let dimension = output.channelCount
    precondition(input.channelCount == 3 * dimension && dimension % headCount == 0, "attention does not fit")
    precondition(bias.count == headCount * max(0, 2 * frames - 1), "position bias does not fit")
    output.removeAll()
    guard frames > 0 else { return }
    let target = output.appendUninitialised(frames)
    let source = input.pointer
    let headDimension = dimension / headCount
    let blockCount = (frames + Self.blockRows - 1) / Self.blockRows
    let scale = 1 / Float(headDimension).squareRoot()
    bias.withUnsafeBufferPointer { bias in
      guard let bias = bias.baseAddress else { return }
      context.parallel(headCount * blockCount) { job, scratch in
        let head = job / blockCount
        let firstRow = job % blockCount * Self.blockRows
        let rows = min(Self.blockRows, frames - firstRow)
        let scores = scratch.floats(inSlot: 0, count: rows * frames)
        let queries = source + firstRow * 3 * dimension + head * headDimension
        let keys = source + dimension + head * headDimension
        let values = source + 2 * dimension + head * headDimension
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(frames), Int32(headDimension), 1, queries,
          Int32(3 * dimension), keys, Int32(3 * dimension), 0, scores, Int32(frames))
        context.kernels.softmaxRelative(
          scores, bias + head * (2 * frames - 1), frames - 1, scale, firstRow, rows, frames)
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(headDimension), Int32(frames), 1, scores,
          Int32(frames), values, Int32(3 * dimension), 0, target + firstRow * dimension + head * headDimension,
          Int32(dimension))
      }
    }
  }
}
