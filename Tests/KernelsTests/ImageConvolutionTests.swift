import Kernels
import Testing

@Suite struct ImageConvolutionTests {
  private func numbers(_ count: Int, seed: Int) -> [Float] {
    (0..<count).map { Float(($0 * 37 + seed * 101) % 23 - 11) / 16 }
  }

  /// Computes convolution, rectifier and pooling by their definitions on images `[N, H, W, C]`.
  private func naive(
    _ input: [Float], shape: (count: Int, height: Int, width: Int, channels: Int), weights: [Float], bias: [Float],
    pools: Bool
  ) -> [Float] {
    let (count, height, width, channels) = shape
    func sum(_ image: Int, _ y: Int, _ x: Int, _ output: Int) -> Float {
      var sum = bias[output]
      for (tapY, tapX) in (0..<9).map({ ($0 / 3, $0 % 3) }) {
        let (fromY, fromX) = (y + tapY - 1, x + tapX - 1)
        guard (0..<height).contains(fromY), (0..<width).contains(fromX) else { continue }
        for channel in 0..<channels {
          sum +=
            input[((image * height + fromY) * width + fromX) * channels + channel]
            * weights[((output * channels + channel) * 3 + tapY) * 3 + tapX]
        }
      }
      return max(0, sum)
    }
    let step = pools ? 2 : 1
    var result: [Float] = []
    for image in 0..<count {
      for y in 0..<height / step {
        for x in 0..<width / step {
          for output in bias.indices {
            let window = (0..<step * step).map { sum(image, y * step + $0 / step, x * step + $0 % step, output) }
            result.append(window.max() ?? 0)
          }
        }
      }
    }
    return result
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable), [1, 3])
  func agreesWithTheDefinition(instructionSet: InstructionSet, threadCount: Int) {
    let context = ComputeContext(threadCount: threadCount, instructionSet: instructionSet)
    for (count, height, width, first, second) in [(1, 1, 1, 1, 1), (1, 2, 3, 2, 5), (3, 5, 4, 17, 9), (2, 8, 6, 3, 33)]
    {
      let input = numbers(count * height * width, seed: 1)
      let (one, oneBias) = (numbers(first * 9, seed: 2), numbers(first, seed: 3))
      let (two, twoBias) = (numbers(second * first * 9, seed: 4), numbers(second, seed: 5))
      let pools = height > 1
      var images = ImageStack(input, height: height, width: width)
      images = ImageConvolution(one, bias: oneBias, inputChannelCount: 1, pools: false, context: context).apply(
        to: images, context: context)
      images = ImageConvolution(two, bias: twoBias, inputChannelCount: first, pools: pools, context: context).apply(
        to: images, context: context)
      let middle = naive(input, shape: (count, height, width, 1), weights: one, bias: oneBias, pools: false)
      let expected = naive(middle, shape: (count, height, width, first), weights: two, bias: twoBias, pools: pools)
      let found = images.flattened()
      #expect(found.count == count && found.values.count == expected.count)
      #expect(zip(found.values, expected).allSatisfy { abs($0 - $1) < 1e-4 * (1 + abs($1)) })
    }
  }

  @Test func rectifyingLeavesNothingNegative() {
    let rows = FloatRows([1, -1, 0, -0.5], channelCount: 2)
    rows.rectify()
    #expect(rows.values == [1, 0, 0, 0])
  }
}
