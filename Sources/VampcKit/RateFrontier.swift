import Foundation
public import Tokens

/// Which (codebooks, period) to take at which rate, measured on real clips and shipped with a model
/// (`frontier.json`, `formats/model.md`).
public struct RateFrontier: Equatable, Sendable {
  /// From the highest rate to the lowest.
  public let prompts: [CompressionPrompt]

  /// How far above the wish a token rate may lie, as a share: 8 039 bits/s counts as "8k".
  public static let tolerance = 0.01

  /// - Parameter prompts: in any order.
  public init(_ prompts: [CompressionPrompt]) {
    self.prompts = prompts.sorted {
      Double($0.codebookCount) / Double($0.period) > Double($1.codebookCount) / Double($1.period)
    }
  }

  /// What serves a model without a measured frontier: codebooks go first, then frames.
  public init(unmeasured geometry: TokenGeometry) {
    self.init(
      (1...geometry.codebookCount).map { CompressionPrompt(codebookCount: $0) }
        + [2, 3, 4, 6, 8, 12, 16].map { CompressionPrompt(codebookCount: 1, period: $0) })
  }

  /// The frontier beside a model's files; the unmeasured one where there is none.
  ///
  /// - Throws: `VampcError.invalidFrontier`.
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

  /// The first point whose token rate is at most the wish, give or take the tolerance.
  ///
  /// - Parameter bitrateBps: wanted for one channel.
  /// - Throws: `VampcError.bitrateTooLow`.
  public func prompt(forBitrateBps bitrateBps: Double, geometry: TokenGeometry) throws -> CompressionPrompt {
    guard let prompt = prompts.first(where: { geometry.tokenRateBps(of: $0) <= bitrateBps * (1 + Self.tolerance) })
    else {
      throw VampcError.bitrateTooLow(
        askedBps: bitrateBps, lowestBps: prompts.last.map(geometry.tokenRateBps) ?? 0)
    }
    return prompt
  }
}
