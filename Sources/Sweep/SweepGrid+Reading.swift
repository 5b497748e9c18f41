import Foundation
import Tokens
import VampcKit

extension SweepGrid {
  /// Largest accepted size of a grid file in bytes: 1 MiB.
  private static let largestByteCount = 1 << 20

  /// Reads a grid file: its conditions, and the presets that they are added to (`formats/sweep-report.md`, "Grids").
  ///
  /// - Throws: `SweepError.invalidGrid`, `.unknownPreset`.
  public static func read(path: String) throws -> (grid: SweepGrid, presets: [SweepPreset]) {
    func fault(_ reason: String) -> SweepError { .invalidGrid(path: path, reason: reason) }
    let handle: FileHandle
    do { handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) } catch {
      throw fault("cannot be opened")
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: largestByteCount + 1) else { throw fault("cannot be read") }
    guard data.count <= largestByteCount else { throw fault("longer than \(largestByteCount) bytes") }
    guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
      throw fault("not a JSON object")
    }
    let known = GridFile.CodingKeys.allCases.map(\.rawValue) + SamplerAxesFile.CodingKeys.allCases.map(\.rawValue)
    if let key = Set(object.keys).subtracting(known).sorted().first {
      throw fault("unknown key '\(key)'")
    }
    do {
      let file = try JSONDecoder().decode(GridFile.self, from: data)
      let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
      var grid = try file.grid(named: name, fault)
      grid.samplerAxes = try JSONDecoder().decode(SamplerAxesFile.self, from: data).axes(fault)
      return (grid, try (file.presets ?? []).map(SweepPreset.init(named:)))
    } catch let error as DecodingError {
      throw fault(Self.text(of: error))
    }
  }

  private static func text(of error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    return switch error {
    case .typeMismatch(_, let context), .dataCorrupted(let context), .valueNotFound(_, let context):
      "\(place(context)): \(context.debugDescription)"
    case .keyNotFound(let key, let context): "\(place(context)): no '\(key.stringValue)'"
    @unknown default: "\(error)"
    }
  }
}

/// JSON object of a grid file, except for sampler settings (`SamplerAxesFile`).
private struct GridFile: Decodable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case presets, tokens, bitrates, prompts, fills, steps, seeds, noise, opus, baselines
  }

  struct Prompt: Decodable {
    let kind: SweepCondition.Prompt
    let codebooks: Int?
    let seconds: Double
  }

  struct Opus: Decodable {
    enum Mode: String, Decodable { case vbr, cbr }
    let bitrates: [Bitrate]
    let frames: [Int]?
    let modes: [Mode]?
  }

  /// Bitrate in bit/s, given as a number or as text such as `2k`.
  struct Bitrate: Decodable {
    let bps: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        bps = number
        return
      }
      let text = try container.decode(String.self)
      let isKilo = text.lowercased().hasSuffix("k")
      guard let number = Double(isKilo ? String(text.dropLast()) : text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no bitrate")
      }
      bps = isKilo ? number * 1_000 : number
    }
  }

  let presets: [String]?
  let tokens: [[Int]]?
  let bitrates: [Bitrate]?
  let prompts: [Prompt]?
  let fills: [SweepCondition.Fill]?
  let steps: [Int]?
  let seeds: [Int]?
  let noise: [Double]?
  let opus: [Opus]?
  let baselines: Bool?

  /// Checks the file's values and makes a grid of them.
  ///
  /// - Parameters:
  ///   - name: Name of the grid, which its conditions list among their ``SweepCondition/figures``.
  ///   - fault: Closure that makes the error for a given reason, such as a value out of its range.
  /// - Throws: Errors of `fault`.
  func grid(named name: String, _ fault: (String) -> SweepError) throws -> SweepGrid {
    var grid = SweepGrid()
    grid.figures = [name]
    grid.hasBaselines = baselines ?? true
    grid.tokens = try (tokens ?? []).map { pair in
      guard pair.count == 2, pair[0] >= 1, (1...65_535).contains(pair[1]) else {
        throw fault("tokens: \(pair) is no pair of codebooks and period")
      }
      return CompressionPrompt(codebookCount: pair[0], period: pair[1])
    }
    grid.bitratesBps = try (bitrates ?? []).map { bitrate in
      guard bitrate.bps > 0, bitrate.bps.isFinite else { throw fault("bitrates: \(bitrate.bps) is out of range") }
      return bitrate.bps
    }
    grid.prompts = try (prompts ?? []).map { prompt in
      guard prompt.kind != .periodic else { throw fault("prompts: 'periodic' is written under 'tokens'") }
      guard prompt.seconds > 0, prompt.seconds <= 3_600, prompt.codebooks ?? 1 >= 1 else {
        throw fault("prompts: \(prompt.seconds) s of \(prompt.codebooks ?? 1) codebooks are out of range")
      }
      return SweepGrid.MaskedPrompt(prompt.kind, codebooks: prompt.codebooks, seconds: prompt.seconds)
    }
    if let fills { grid.fills = fills }
    if let steps {
      if let step = steps.first(where: { !(1...255).contains($0) }) { throw fault("steps: \(step) is out of 1 to 255") }
      grid.coarseSteps = steps
    }
    if let seeds {
      grid.seeds = try seeds.map { seed in
        guard let found = UInt32(exactly: seed) else { throw fault("seeds: \(seed) is out of 0 to \(UInt32.max)") }
        return found
      }
    }
    grid.noiseRatios = noise ?? []
    if let ratio = grid.noiseRatios.first(where: { !(0...1).contains($0) }) {
      throw fault("noise: \(ratio) is out of 0 to 1")
    }
    grid.opus = try (opus ?? []).map { try $0.grid(fault) }
    return grid
  }
}

extension GridFile.Opus {
  func grid(_ fault: (String) -> SweepError) throws -> SweepGrid.OpusGrid {
    let rates = try bitrates.map { bitrate in
      guard (500...512_000).contains(bitrate.bps) else { throw fault("opus: \(bitrate.bps) bit/s are out of range") }
      return Int(bitrate.bps.rounded())
    }
    let frames = frames ?? [60]
    if let frame = frames.first(where: { $0 != 20 && $0 != 60 }) {
      throw fault("opus: frames of \(frame) ms; there are 20 and 60")
    }
    return SweepGrid.OpusGrid(rates, frameMilliseconds: frames, isConstantRate: (modes ?? [.vbr]).map { $0 == .cbr })
  }
}
