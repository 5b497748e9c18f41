import Foundation
import Kernels
import Testing

private let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

@Suite struct TransformerKernelTests {
  @Test(arguments: instructionSets) func linearLayerMatchesNaiveLoop(instructionSet: InstructionSet) {
    for (rows, depth, columns) in [(1, 8, 256), (345, 20, 33), (50, 700, 70), (13, 1, 1)] {
      let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
      let x = Naive.random(rows * depth, seed: 1)
      let weights = Naive.random(columns * depth, seed: 2)
      let bias = Naive.random(columns, seed: 3)
      let residual = Naive.random(rows * columns, seed: 4)
      let layer = LinearWeights(rowsOfOutputs: weights, depth: depth, bias: bias, context: context)
      let output = FloatRows(channelCount: columns)
      layer.apply(
        to: FloatRows(x, channelCount: depth), into: output, adding: FloatRows(residual, channelCount: columns),
        context: context)
      let plain = Naive.convolve(
        x, channels: depth, weights: weights, bias: bias, kernel: 1, stride: 1, dilation: 1, padding: 0)
      #expect(relativeError(output.values, zip(plain, residual).map { $0 + $1 }) < 1e-5)
    }
  }

  /// A mapped layer, which packs and widens its weights at every call, gives the bits of a packed layer.
  @Test(arguments: instructionSets) func mappedLayerMatchesPackedLayer(instructionSet: InstructionSet) {
    for (rows, depth, columns) in [(1, 8, 256), (345, 20, 33), (50, 700, 70), (13, 1, 1), (7, 33, 1), (140, 17, 97)] {
      let context = ComputeContext(threadCount: 3, instructionSet: instructionSet)
      let x = FloatRows(Naive.random(rows * depth, seed: 1), channelCount: depth)
      let residual = FloatRows(Naive.random(rows * 2 * columns, seed: 4), channelCount: 2 * columns)
      for format in [WeightRows.Format.f32, .f16, .bf16] {
        let parts = [2, 5].map { StoredRows(Naive.random(columns * depth, seed: $0), format) }
        let mapped = MappedLinear(parts.map { $0.rows(depth: depth, rowCount: columns) })
        let outputs = parts.map { part in
          let output = FloatRows(channelCount: columns)
          LinearWeights(rowsOfOutputs: part.values, depth: depth, context: context).apply(
            to: x, into: output, context: context)
          return output.values
        }
        let expected = (0..<rows).flatMap { row in
          outputs.flatMap { $0[row * columns..<(row + 1) * columns] }
        }
        let found = FloatRows(channelCount: 2 * columns)
        mapped.apply(to: x, into: found, context: context)
        #expect(found.values == expected, "\(rows) rows, \(depth) to \(columns), \(format)")
        mapped.apply(to: x, into: found, adding: residual, context: context)
        #expect(found.values == zip(expected, residual.values).map { $0 + $1 })
      }
    }
  }

  @Test(arguments: instructionSets) func attentionMatchesNaiveLoop(instructionSet: InstructionSet) {
    let (frames, heads, headDimension) = (150, 3, 5)
    let dimension = heads * headDimension
    let input = Naive.random(frames * 3 * dimension, seed: 5).map { $0 * 2 }
    let bias = Naive.random(heads * (2 * frames - 1), seed: 6)
    var expected = [Float](repeating: 0, count: frames * dimension)
    for head in 0..<heads {
      for query in 0..<frames {
        let scores = (0..<frames).map { key -> Double in
          var score = 0.0
          for d in 0..<headDimension {
            score +=
              Double(input[query * 3 * dimension + head * headDimension + d])
              * Double(input[key * 3 * dimension + dimension + head * headDimension + d])
          }
          return score / Double(headDimension).squareRoot()
            + Double(bias[head * (2 * frames - 1) + key - query + frames - 1])
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let sum = weights.reduce(0, +)
        for d in 0..<headDimension {
          let value = (0..<frames).reduce(0.0) {
            $0 + weights[$1] * Double(input[$1 * 3 * dimension + 2 * dimension + head * headDimension + d])
          }
          expected[query * dimension + head * headDimension + d] = Float(value / sum)
        }
      }
    }
    var results: [[Float]] = []
    for threads in [1, 2, 5] {
      let output = FloatRows(channelCount: dimension)
      SelfAttention(headCount: heads).apply(
        to: FloatRows(input, channelCount: 3 * dimension), bias: bias, into: output,
        context: ComputeContext(threadCount: threads, instructionSet: instructionSet))
      results.append(output.values)
    }
    #expect(relativeError(results[0], expected) < 1e-5)
    #expect(results[1] == results[0] && results[2] == results[0])
  }

  @Test(arguments: instructionSets) func normAndGateMatchTheirFormulas(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    let (rows, columns) = (7, 37)
    let x = Naive.random(rows * columns, seed: 7).map { $0 * 6 }
    let weight = Naive.random(columns, seed: 8)
    let normal = FloatRows(channelCount: columns)
    FloatRows(x, channelCount: columns).rmsNormalise(into: normal, weight: weight, epsilon: 1e-6, context: context)
    let expected = (0..<rows).flatMap { row -> [Float] in
      let values = x[row * columns..<(row + 1) * columns].map(Double.init)
      let scale = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(columns) + 1e-6).squareRoot()
      return zip(values, weight).map { Float($0 * scale * Double($1)) }
    }
    #expect(relativeError(normal.values, expected) < 1e-6)

    let pairs = Naive.random(rows * 2 * columns, seed: 9).map { $0 * 12 }
    let gated = FloatRows(channelCount: columns)
    FloatRows(pairs, channelCount: 2 * columns).gateWithGELU(into: gated, context: context)
    let expectedGate = (0..<rows * columns).map { index -> Float in
      let value = Double(pairs[index / columns * 2 * columns + index % columns])
      let gate = Double(pairs[index / columns * 2 * columns + columns + index % columns])
      return Float(
        value * 0.5 * gate * (1 + tanh((2 / Double.pi).squareRoot() * (gate + 0.044715 * gate * gate * gate))))
    }
    #expect(relativeError(gated.values, expectedGate) < 1e-6)
  }

  @Test(arguments: instructionSets) func exponentialsSumAndDraw(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    let logits = Naive.random(3 * 101, seed: 10).map { $0 * 20 }
    let rows = FloatRows(logits, channelCount: 101)
    let sums = rows.exponentiateRows(scale: 0.5, context: context)
    let greatest = rows.indicesOfGreatest(context: context)
    for row in 0..<3 {
      let values = logits[row * 101..<(row + 1) * 101]
      let top = values.max() ?? 0
      let expected = values.map { exp(Double(($0 - top) * 0.5)) }
      #expect(abs(Double(sums[row]) - expected.reduce(0, +)) < 1e-4)
      #expect(greatest[row] == values.firstIndex(of: top).map { $0 - values.startIndex })
      #expect(rows.indexWhereRunningSum(ofRow: row, exceeds: -1) <= greatest[row])
      #expect(rows.indexWhereRunningSum(ofRow: row, exceeds: .infinity) == 100)
    }
  }

  @Test(arguments: instructionSets) func greatestIsTheFirstOfEqualOnes(instructionSet: InstructionSet) {
    let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
    for columns in [1, 2, 7, 16, 37, 64] {
      // Each row has its two greatest values at another pair of places.
      let pairs = (0..<columns).flatMap { first in (first..<columns).map { (first, $0) } }
      let values = pairs.flatMap { first, second in
        (0..<columns).map { $0 == first || $0 == second ? Float(-1) : Float(-2) - Float($0 % 3) }
      }
      #expect(
        FloatRows(values, channelCount: columns).indicesOfGreatest(context: context) == pairs.map(\.0),
        "\(columns) columns")
    }
  }

  @Test func rowsQueueLikeAnArray() {
    let rows = FloatRows(channelCount: 2)
    var expected: [Float] = []
    for step in 0..<200 {
      let new = Naive.random(2 * (step % 7), seed: UInt64(step))
      rows.append(new)
      expected += new
      let drop = min(rows.count, step % 5)
      rows.removeFirst(drop)
      expected.removeFirst(2 * drop)
      #expect(rows.values == expected)
    }
  }
}

/// Matrix as in a file, one byte off any alignment.
private final class StoredRows: @unchecked Sendable {  // Nothing changes after init.
  /// Stored elements as floats.
  let values: [Float]
  private let bytes: UnsafeRawBufferPointer
  private let format: WeightRows.Format

  init(_ values: [Float], _ format: WeightRows.Format) {
    self.format = format
    let size = format == .f32 ? 4 : 2
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 + values.count * size, alignment: 16)
    var stored: [Float] = []
    for (index, value) in values.enumerated() {
      let offset = 1 + index * size
      switch format {
      case .f32:
        memory.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: offset, as: UInt32.self)
        stored.append(value)
      case .f16:
        // Every third value is subnormal.
        let half = Float16(index % 3 == 0 ? value * 0x1p-16 : value)
        memory.storeBytes(of: half.bitPattern.littleEndian, toByteOffset: offset, as: UInt16.self)
        stored.append(Float(half))
      case .bf16:
        let bits = UInt16(truncatingIfNeeded: value.bitPattern >> 16)
        memory.storeBytes(of: bits.littleEndian, toByteOffset: offset, as: UInt16.self)
        stored.append(Float(bitPattern: UInt32(bits) << 16))
      }
    }
    self.values = stored
    bytes = UnsafeRawBufferPointer(memory)
  }

  deinit { bytes.deallocate() }

  func rows(depth: Int, rowCount: Int) -> WeightRows {
    WeightRows(
      UnsafeRawBufferPointer(rebasing: bytes[1...]), format: format, depth: depth, rowCount: rowCount, owner: self)
  }
}
