import Kernels
import Testing

/// All instruction sets of this machine, so that one machine tests the kernels of other machines, too.
private let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

/// Runs a layer over `input`, in chunks of `chunkRows` rows.
private func run(
  _ layer: any LayerStream, _ input: [Float], channels: Int, outputChannels: Int, chunkRows: Int,
  context: ComputeContext
) -> [Float] {
  let output = FloatRows(channelCount: outputChannels)
  let rows = input.count / channels
  var row = 0
  repeat {
    let end = min(rows, row + chunkRows)
    layer.input.append(input[row * channels..<end * channels])
    row = end
    layer.advance(into: output, isFinal: row == rows, context: context)
  } while row < rows
  return output.values
}

@Suite struct LayerStreamTests {
  @Test(arguments: instructionSets) func convolutionMatchesNaiveLoop(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    // in, out, kernel, stride, dilation, padding, rows
    let shapes = [
      (1, 16, 7, 1, 1, 3, 50), (3, 5, 7, 1, 3, 9, 41), (24, 24, 7, 1, 9, 27, 300), (16, 32, 16, 8, 1, 4, 129),
      (5, 7, 6, 3, 1, 2, 32), (33, 1, 7, 1, 1, 3, 77), (40, 97, 3, 1, 1, 1, 1), (2, 64, 1, 1, 1, 0, 13),
      (130, 50, 7, 1, 3, 9, 30),
    ]
    for (index, shape) in shapes.enumerated() {
      let (channels, outputs, kernel, stride, dilation, padding, rows) = shape
      let seed = UInt64(index * 10)
      let x = Naive.random(rows * channels, seed: seed)
      let weights = Naive.random(outputs * channels * kernel, seed: seed + 1)
      let bias = Naive.random(outputs, seed: seed + 2)
      let alpha = Naive.random(channels, seed: seed + 3).map { $0 + 1.5 }
      let convolution = Convolution(
        weights, bias: bias, inputChannelCount: channels, kernelSize: kernel, stride: stride, dilation: dilation,
        padding: padding, after: SnakeActivation(alpha: alpha), context: context)
      let expected = Naive.convolve(
        Naive.snake(x, alpha: alpha), channels: channels, weights: weights, bias: bias, kernel: kernel,
        stride: stride, dilation: dilation, padding: padding)
      let whole = run(
        ConvolutionStream(convolution), x, channels: channels, outputChannels: outputs, chunkRows: rows,
        context: context)
      #expect(relativeError(whole, expected) < 3e-6, "shape \(shape) on \(instructionSet)")
      for chunkRows in [1, 7, 64] {
        let chunked = run(
          ConvolutionStream(convolution), x, channels: channels, outputChannels: outputs, chunkRows: chunkRows,
          context: ComputeContext(threadCount: 3, instructionSet: instructionSet))
        #expect(chunked == whole, "shape \(shape) in chunks of \(chunkRows) on \(instructionSet)")
      }
      let bare = Naive.convolve(
        Naive.snake(x, alpha: alpha), channels: channels, weights: weights, bias: bias, kernel: kernel,
        stride: stride, dilation: dilation, padding: 0)
      for chunkRows in [rows, 7] {
        let result = run(
          ConvolutionStream(convolution, edges: .bare), x, channels: channels, outputChannels: outputs,
          chunkRows: chunkRows, context: context)
        #expect(
          relativeError(result, bare) < 3e-6, "bare shape \(shape) in chunks of \(chunkRows) on \(instructionSet)")
      }
    }
  }

  @Test(arguments: instructionSets) func transposedConvolutionMatchesNaiveLoop(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    for (index, shape) in [(8, 4, 8, 4, 21), (5, 3, 3, 2, 9), (33, 17, 2, 1, 40), (6, 10, 6, 3, 1)].enumerated() {
      let (channels, outputs, stride, padding, rows) = shape
      let seed = UInt64(1_000 + index * 10)
      let x = Naive.random(rows * channels, seed: seed)
      let weights = Naive.random(outputs * channels * 2 * stride, seed: seed + 1)
      let bias = Naive.random(outputs, seed: seed + 2)
      let alpha = Naive.random(channels, seed: seed + 3).map { $0 + 1.5 }
      let convolution = TransposedConvolution(
        weights, bias: bias, inputChannelCount: channels, stride: stride, padding: padding,
        after: SnakeActivation(alpha: alpha), context: context)
      let expected = Naive.convolveTransposed(
        Naive.snake(x, alpha: alpha), channels: channels, weights: weights, bias: bias, stride: stride,
        padding: padding)
      for chunkRows in [rows, 1, 4] {
        let result = run(
          TransposedConvolutionStream(convolution), x, channels: channels, outputChannels: outputs,
          chunkRows: chunkRows, context: context)
        #expect(relativeError(result, expected) < 3e-6, "shape \(shape) in chunks of \(chunkRows) on \(instructionSet)")
      }
      let bare = Naive.convolveTransposed(
        Naive.snake(x, alpha: alpha), channels: channels, weights: weights, bias: bias, stride: stride, padding: 0)
      for chunkRows in [rows, 4] {
        let result = run(
          TransposedConvolutionStream(convolution, edges: .bare), x, channels: channels, outputChannels: outputs,
          chunkRows: chunkRows, context: context)
        #expect(
          relativeError(result, bare) < 3e-6, "bare shape \(shape) in chunks of \(chunkRows) on \(instructionSet)")
      }
    }
  }

  @Test(arguments: instructionSets) func residualUnitMatchesNaiveLoop(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    for (channels, dilation, rows) in [(24, 9, 900), (5, 3, 100), (96, 1, 700), (17, 9, 10)] {
      let seed = UInt64(channels)
      let x = Naive.random(rows * channels, seed: seed)
      let wide = Naive.random(channels * channels * 7, seed: seed + 1).map { $0 / Float(channels) }
      let narrow = Naive.random(channels * channels, seed: seed + 2).map { $0 / Float(channels) }
      let bias = Naive.random(channels, seed: seed + 3)
      let alpha = Naive.random(channels, seed: seed + 4).map { $0 + 1.5 }
      let unit = (
        Convolution(
          wide, bias: bias, inputChannelCount: channels, kernelSize: 7, dilation: dilation, padding: 3 * dilation,
          after: SnakeActivation(alpha: alpha), context: context),
        Convolution(
          narrow, bias: bias, inputChannelCount: channels, kernelSize: 1, padding: 0,
          after: SnakeActivation(alpha: alpha), context: context)
      )
      let hidden = Naive.convolve(
        Naive.snake(x, alpha: alpha), channels: channels, weights: wide, bias: bias, kernel: 7, stride: 1,
        dilation: dilation, padding: 3 * dilation)
      let branch = Naive.convolve(
        Naive.snake(hidden, alpha: alpha), channels: channels, weights: narrow, bias: bias, kernel: 1, stride: 1,
        dilation: 1, padding: 0)
      let expected = zip(x, branch).map { $0 + $1 }
      let whole = run(
        ResidualUnitStream(wide: unit.0, pointwise: unit.1), x, channels: channels, outputChannels: channels,
        chunkRows: rows,
        context: context)
      #expect(relativeError(whole, expected) < 3e-6)
      let chunked = run(
        ResidualUnitStream(wide: unit.0, pointwise: unit.1), x, channels: channels, outputChannels: channels,
        chunkRows: 33,
        context: ComputeContext(threadCount: 1, instructionSet: instructionSet))
      #expect(chunked == whole)
      // With bare edges the result has only the rows that do not depend on padding.
      let halo = 3 * dilation
      let bare = run(
        ResidualUnitStream(wide: unit.0, pointwise: unit.1, edges: .bare), x, channels: channels,
        outputChannels: channels,
        chunkRows: 33, context: context)
      let inner = rows > 2 * halo ? Array(expected[halo * channels..<(rows - halo) * channels]) : []
      #expect(relativeError(bare, inner) < 3e-6)
    }
  }
}
