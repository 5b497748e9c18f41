import Bitstream
import Foundation
import Kernels
import ModelStore
import VampcKit

extension FuzzTarget {
  /// Whole decoding, with transformers of a few weights.
  ///
  /// Bit 0 of the input's first byte says whether the records of the rest get correct lengths and checksums first. Bits
  /// 1 and 2 choose what replaces masked tokens, bit 3 stops at damage, and bit 4 decodes only a part.
  public static let decode = FuzzTarget(name: "decode") { input in
    guard let mode = input.first else { return }
    let rest = Array(input.dropFirst())
    let bytes = mode & 1 == 1 ? RecordRepair.repaired(rest) : rest
    let fills = DecoderSettings.Fill.allCases
    let settings = DecoderSettings(
      fill: fills[Int(mode >> 1 & 3) % fills.count], acceptsOtherCodec: true, stopsAtDamage: mode & 8 == 8,
      budget: budget)
    let decoder = RecordingDecoder(
      library: ModelLibrary(folders: []), model: TinyFuzzModel.model, settings: settings,
      context: TinyFuzzModel.model.context)
    var output: CheckedOutput?
    let makeOutput: OutputMaker = { header in
      let opened = CheckedOutput(
        sampleRateHz: header.sourceSampleRateHz, channelCount: header.codedChannelCount)
      output = opened
      return opened
    }
    do {
      if mode & 16 == 16 {
        let range = TimeRange(startSeconds: 0.25, endSeconds: 0.75)
        _ = try decoder.decode(bytes: bytes, range: range, makeOutput: makeOutput)
      } else {
        _ = try decoder.decode(source: bytes.source(from: 0), makeOutput: makeOutput)
      }
    } catch let error as FuzzFinding {
      throw error
    } catch {
      let isOwn =
        error is BitstreamError || error is ReadingBudgetError || error is DecodingBudgetError || error is VampcError
        || error is ModelError
      try require(isOwn, "an error of another kind: \(error)")
    }
    guard let output else { return }
    let seconds = Double(output.sampleCount) / Double(output.sampleRateHz)
    // One frame and the tail of the resampler are beyond the limit at most.
    let limit = DecodingBudget.freeSeconds + Double(bytes.count) * budget.secondsPerByte + budget.lostSeconds + 10
    try require(seconds <= limit, "\(seconds) s of sound from \(bytes.count) bytes, at most \(limit) s are allowed")
    try require(output.isFinite, "a sample that is not finite")
  }

  private static var budget: DecodingBudget {
    var budget = DecodingBudget.standard
    (budget.channelCount, budget.sampleRateHz, budget.lostSeconds) = (2, 48_000, 5)
    budget.secondsPerByte = 0.1
    budget.memoryByteCount = 64 << 20
    return budget
  }
}
