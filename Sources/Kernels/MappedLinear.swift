internal import CKernels

/// A linear layer without bias whose weights stay where they are stored, and as they are stored.
///
/// Each call packs the weights panel by panel into a thread's scratch memory, where they are widened from 16 bits, too,
/// and takes each panel over all rows. A large model is ready as soon as its file is mapped, and processes share its
/// pages. Results are those of `LinearWeights` for each part.
public struct MappedLinear: Sendable {
  private let parts: [WeightRows]
  public var depth: Int { parts[0].depth }
  /// Outputs.
  public let columnCount: Int

  /// - Parameter parts: matrices of the same input, their outputs side by side.
  /// - Precondition: there is a part, and all have the same depth.
  public init(_ parts: [WeightRows]) {
    precondition(!parts.isEmpty && parts.allSatisfy { $0.depth == parts[0].depth }, "parts do not fit together")
    self.parts = parts
    columnCount = parts.reduce(0) { $0 + $1.rowCount }
  }

  /// Some outputs of one part.
  private struct Panel {
    let part: WeightRows
    /// First row of the part.
    let row: Int
    /// First column of the output.
    let column: Int
    let columnCount: Int
    /// Floats of the packed panel.
    let packedCount: Int
  }

  /// `output[t] = input[t] · weights (+ residual[t])` for rows `[T, depth]`.
  ///
  /// - Parameter residual: `[T, columnCount]`, or nil; must not be `output`.
  /// - Postcondition: `output` holds `[T, columnCount]`.
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
      let packed = scratch.floats(0, panel.packedCount)
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
