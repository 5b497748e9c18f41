internal import CKernels

/// Linear layer without bias that reads its weights from a mapped file.
///
/// Each call packs the weights panel by panel (some neighbouring columns at a time) into a thread's scratch memory,
/// widens 16-bit weights, and applies each panel to all rows. A large model is therefore ready as soon as its file is
/// mapped, and processes share the pages of the file. Results equal the results of ``LinearWeights``.
public struct MappedLinear: Sendable {
  private let parts: [WeightRows]
  /// Number of inputs of every part: channels of an input row.
  public var depth: Int { parts[0].depth }
  /// Number of outputs of all parts together: channels of an output row.
  public let columnCount: Int

  /// Layer whose weights consist of several matrices.
  ///
  /// - Parameter parts: Matrices of the same input. An output row holds the outputs of the first part, then the outputs
  ///   of the second part, and so on.
  /// - Precondition: there is at least one part, and all parts have the same depth.
  public init(_ parts: [WeightRows]) {
    precondition(!parts.isEmpty && parts.allSatisfy { $0.depth == parts[0].depth }, "parts do not fit together")
    self.parts = parts
    columnCount = parts.reduce(0) { $0 + $1.rowCount }
  }

  /// Neighbouring outputs of one part that are packed and computed together.
  private struct Panel {
    let part: WeightRows
    /// Index of the first weight row in the part.
    let row: Int
    /// Index of the panel's first column in the output rows.
    let column: Int
    let columnCount: Int
    /// Number of floats that the panel's packed weights take.
    let packedCount: Int
  }

  /// Computes `output[t] = input[t] · weights (+ residual[t])` for all rows t.
  ///
  /// - Parameters:
  ///   - input: Rows `[T, depth]`.
  ///   - output: Queue that receives `[T, columnCount]`; its old rows are removed.
  ///   - residual: Rows `[T, columnCount]` to add, or nil; must not be `output`.
  ///   - context: Threads and instruction set of the computation.
  public func apply(
    to input: FloatRows, into output: FloatRows, adding residual: FloatRows? = nil, context: ComputeContext
  ) {
    precondition(input.channelCount == depth && output.channelCount == columnCount, "linear layer does not fit")
    precondition(residual == nil || (residual !== output && residual?.count == input.count), "residual does not fit")
    let rows = input.count
    output.removeAll()
    let target = output.appendUninitialised(rows)
    guard rows > 0 else { return }
    let source = input.pointer
    let added = residual?.pointer
    let panels = panels(context)
    context.parallel(panels.count) { index, scratch in
      let panel = panels[index]
      let packed = scratch.floats(inSlot: 0, count: panel.packedCount)
      panel.part.withRows(from: panel.row) {
        context.kernels.packRows(packed, $0, panel.part.format.kernelFormat, depth, panel.columnCount)
      }
      var job = CKConvolution()
      job.input = UnsafePointer(source)
      job.inputRowStride = depth
      job.tapCount = 1
      job.depth = depth
      job.weights = UnsafePointer(packed)
      job.residual = added.map { UnsafePointer($0 + panel.column) }
      job.residualRowStride = columnCount
      job.output = target + panel.column
      job.outputRowStride = columnCount
      job.rows = rows
      job.columns = panel.columnCount
      context.kernels.convolve(&job)
    }
  }

  private func panels(_ context: ComputeContext) -> [Panel] {
    var panels: [Panel] = []
    var column = 0
    for part in parts {
      var row = 0
      while row < part.rowCount {
        let count = min(context.kernels.panelColumns(part.rowCount - row), part.rowCount - row)
        panels.append(
          Panel(
            part: part, row: row, column: column, columnCount: count,
            packedCount: context.kernels.packedCount(depth, count)))
        row += count
        column += count
      }
    }
    return panels
  }
}
