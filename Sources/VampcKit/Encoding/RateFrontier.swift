import Foundation
public import Tokens

/// Best choice of codebooks and period at each token rate, usually measured on real clips and shipped with a model
/// (`frontier.json`, `formats/model.md`).
public struct RateFrontier: Equatable, Sendable {
  /// Prompts from the highest token rate to the lowest.
  public let prompts: [CompressionPrompt]

  /// Share of the requested rate by which a token rate may exceed the requested rate: 8 039 bit/s counts as "8k".
  public static let tolerance = 0.01

  /// Frontier of the given prompts, in any order. Each prompt has a period of at least 1.
  public init(_ prompts: [CompressionPrompt]) {
    self.prompts = prompts.sorted {
      Double($0.codebookCount) / Double($0.period) > Double($1.codebookCount) / Double($1.period)
    }
  }

  /// Frontier of a model without measurements: with falling rate codebooks are masked first, then frames.
  public init(unmeasured geometry: TokenGeometry) {
    self.init(
      (1...geometry.codebookCount).map { CompressionPrompt(codebookCount: $0) }
        + [2, 3, 4, 6, 8, 12, 16].map { CompressionPrompt(codebookCount: 1, period: $0) })
  }

  /// Reads the frontier from `frontier.json` in a model's folder; a folder in which this file is missing or cannot be
  /// read gives the unmeasured frontier.
  ///
  /// - Throws: `VampcError.invalidFrontier` where the file is not as the format says.
  public init(besideModel folder: String, geometry: TokenGeometry) throws {
    let path = folder + "/frontier.json"
    guard let data = FileManager.default.contents(atPath: path) else {
      self.init(unmeasured: geometry)
      return
    }
    struct File: Decodable {
      struct Point: Decodable {
        let codebooks: Int
        let period: Int
      }
      let points: [Point]
    }
    do {
      let points = try JSONDecoder().decode(File.self, from: data).points
      guard !points.isEmpty else { throw VampcError.invalidFrontier(path: path, reason: "no points") }
      self.init(
        try points.map {
          guard (1...geometry.codebookCount).contains($0.codebooks), (1...65_535).contains($0.period) else {
            throw VampcError.invalidFrontier(
              path: path, reason: "\($0.codebooks) codebooks every \($0.period) frames do not fit the model")
          }
          return CompressionPrompt(codebookCount: $0.codebooks, period: $0.period)
        })
    } catch let error as VampcError {
      throw error
    } catch {
      throw VampcError.invalidFrontier(path: path, reason: "not a list of points")
    }
  }

  /// Prompt with the highest token rate that is at most the requested rate plus ``tolerance``.
  ///
  /// - Parameters:
  ///   - bitrateBps: Requested rate of one channel in bit/s.
  ///   - geometry: Token geometry of the codec.
  /// - Throws: `VampcError.bitrateTooLow` where every prompt has a higher rate.
  public func prompt(forBitrateBps bitrateBps: Double, geometry: TokenGeometry) throws -> CompressionPrompt {
    guard let prompt = prompts.first(where: { geometry.tokenRateBps(of: $0) <= bitrateBps * (1 + Self.tolerance) })
    else {
      throw VampcError.bitrateTooLow(
        askedBps: bitrateBps, lowestBps: prompts.last.map(geometry.tokenRateBps) ?? 0)
    }
    return prompt
  }
}
