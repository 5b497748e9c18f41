import Tokens

/// Keys of a grid file for sampler settings (`formats/sweep-report.md`, "Grids").
struct SamplerAxesFile: Decodable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case samplers, temperatures, spans, sequential
    case fineSteps = "fine_steps"
    case fineTemperatures = "fine_temperatures"
    case maskTemperatures = "mask_temperatures"
    case topPs = "top_p"
    case topKs = "top_k"
    case typicalMasses = "typical_masses"
    case typicalMinimums = "typical_minimums"
    case sampleCutoffs = "sample_cutoffs"
    case spanScorings = "span_scorings"
    case spanArrangements = "span_arrangements"
    case levelSteps = "level_steps"
    case contextFrames = "context_frames"
  }

  /// Number of context frames on each side, or `"all"`, which becomes −1.
  struct ContextFrames: Decodable {
    let frameCount: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        guard text == "all" else {
          throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is neither frames nor all")
        }
        frameCount = -1
      } else {
        frameCount = try container.decode(Int.self)
        guard (0...65_535).contains(frameCount) else {
          throw DecodingError.dataCorruptedError(
            in: container, debugDescription: "\(frameCount) is out of 0 to 65535")
        }
      }
    }
  }

  let samplers: [String]?
  let fineSteps: [Int]?
  let temperatures: [Double]?
  let fineTemperatures: [Double]?
  let maskTemperatures: [Double]?
  let topPs: [Double]?
  let topKs: [Int]?
  let typicalMasses: [Double]?
  let typicalMinimums: [Int]?
  let sampleCutoffs: [Double]?
  let spans: [Int]?
  let spanScorings: [String]?
  let spanArrangements: [String]?
  let levelSteps: [[Int]]?
  let contextFrames: [ContextFrames]?
  let sequential: [Double]?

  /// Checks the file's values and returns them as axes.
  ///
  /// - Parameter fault: Closure that makes the error for a given reason, such as a value out of its range.
  /// - Throws: Errors of `fault`.
  func axes(_ fault: (String) -> SweepError) throws -> SamplerAxes {
    func checked<Value: Comparable>(
      _ key: CodingKeys, _ values: [Value]?, _ allowed: ClosedRange<Value>
    ) throws -> [Value] {
      if let value = values?.first(where: { !allowed.contains($0) }) {
        throw fault("\(key.rawValue): \(value) is out of \(allowed.lowerBound) to \(allowed.upperBound)")
      }
      return values ?? []
    }
    func named<Value: RawRepresentable & CaseIterable>(_ key: CodingKeys, _ names: [String]?) throws -> [Value]
    where Value.RawValue == String {
      try (names ?? []).map { name in
        guard let value = Value(rawValue: name) else {
          let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
          throw fault("\(key.rawValue): '\(name)' is none of \(known)")
        }
        return value
      }
    }
    var axes = SamplerAxes()
    axes.methods = try named(.samplers, samplers)
    axes.fineSteps = try checked(.fineSteps, fineSteps, 1...255)
    axes.temperatures = try checked(.temperatures, temperatures, 0...655.35)
    axes.fineTemperatures = try checked(.fineTemperatures, fineTemperatures, 0...655.35)
    axes.maskTemperatures = try checked(.maskTemperatures, maskTemperatures, 0...655.35)
    axes.topPs = try checked(.topPs, topPs, 0.01...1)
    axes.topKs = try checked(.topKs, topKs, 1...65_536)
    axes.typicalMasses = try checked(.typicalMasses, typicalMasses, 0.01...1)
    axes.typicalMinimums = try checked(.typicalMinimums, typicalMinimums, 1...65_536)
    axes.sampleCutoffs = try checked(.sampleCutoffs, sampleCutoffs, 0...1)
    axes.sequentialSeconds = try checked(.sequential, sequential, 0...3_600)
    axes.spans.lengths = try checked(.spans, spans, 1...255)
    axes.spans.scorings = try named(.spanScorings, spanScorings)
    axes.spans.arrangements = try named(.spanArrangements, spanArrangements)
    axes.spans.levelSteps = try (levelSteps ?? []).map { counts in
      guard !counts.isEmpty else { throw fault("level_steps: no number of steps") }
      return try checked(.levelSteps, counts, 1...255)
    }
    axes.spans.contextFrames = (contextFrames ?? []).map(\.frameCount)
    if axes.spans != SamplerAxes.Spans(), !axes.methods.contains(.magnet) {
      throw fault("spans, level_steps and context_frames need 'magnet' in samplers")
    }
    return axes
  }
}
