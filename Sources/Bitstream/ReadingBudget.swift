import Tokens

/// Largest work that a reader does for each byte of its input (`formats/container.md`, section 12).
///
/// A block of a few bytes may state a million tokens: masked tokens, or kept tokens that are all equal. The standard
/// budget bounds the time of a reader by the length of the reader's input.
public struct ReadingBudget: Equatable, Sendable {
  /// Largest number of tokens in the blocks for each byte of the input; masked and kept tokens of all channels count.
  public var tokensPerByte: Int
  /// Largest number of kept tokens in the blocks for each byte of the input; tokens of all channels count.
  public var keptTokensPerByte: Int

  /// Budget that readers have by default. Silence at 50 bit/s has 3 200 tokens per byte; silence at 8 kbit/s has 50
  /// kept tokens per byte.
  public static let standard = ReadingBudget(tokensPerByte: 4_096, keptTokensPerByte: 256)
  /// Budget that no input exceeds, for input that the caller trusts.
  public static let unlimited = ReadingBudget(tokensPerByte: .max, keptTokensPerByte: .max)
  /// Number of tokens that any input may have, whatever its length: more than five hours of one channel with 14
  /// codebooks at 57 frames per second.
  public static let freeTokenCount = 1 << 24
  /// Number of kept tokens that any input may have, whatever its length.
  public static let freeKeptTokenCount = 1 << 20

  /// Creates a budget.
  ///
  /// - Parameters:
  ///   - tokensPerByte: Tokens for each byte of the input, at least 1.
  ///   - keptTokensPerByte: Kept tokens for each byte of the input, at least 1.
  public init(tokensPerByte: Int, keptTokensPerByte: Int) {
    self.tokensPerByte = tokensPerByte
    self.keptTokensPerByte = keptTokensPerByte
  }
}

/// Reason why a reader stops at an input that costs more than its budget.
public enum ReadingBudgetError: Error, Equatable, Sendable {
  /// The blocks in the first `byteCount` bytes that were read have `count` tokens, which is more than the budget
  /// allows.
  case tooManyTokens(count: Int, byteCount: Int, allowedPerByte: Int)
  /// The blocks in the first `byteCount` bytes that were read keep `count` tokens, which is more than the budget
  /// allows.
  case tooManyKeptTokens(count: Int, byteCount: Int, allowedPerByte: Int)
}

/// Counter of the work that an input has caused.
package struct ReadingMeter: Sendable {
  private let budget: ReadingBudget
  private var byteCount = 0
  private var tokenCount = 0
  private var keptTokenCount = 0

  /// Creates the counter of an input of which nothing has been read.
  ///
  /// - Parameter budget: Largest work for each byte.
  package init(budget: ReadingBudget) { self.budget = budget }

  /// Counts bytes of the input.
  package mutating func add(byteCount: Int) { self.byteCount += byteCount }

  /// Counts the tokens of a block; the bytes of its record must have been counted before.
  ///
  /// - Throws: `ReadingBudgetError`.
  package mutating func add(_ block: StreamBlock) throws {
    tokenCount += block.mask.keptFlags.count * block.grids.count
    keptTokenCount += block.keptTokenCount
    guard Self.fits(tokenCount, free: ReadingBudget.freeTokenCount, byteCount, perByte: budget.tokensPerByte) else {
      throw ReadingBudgetError.tooManyTokens(
        count: tokenCount, byteCount: byteCount, allowedPerByte: budget.tokensPerByte)
    }
    guard
      Self.fits(keptTokenCount, free: ReadingBudget.freeKeptTokenCount, byteCount, perByte: budget.keptTokensPerByte)
    else {
      throw ReadingBudgetError.tooManyKeptTokens(
        count: keptTokenCount, byteCount: byteCount, allowedPerByte: budget.keptTokensPerByte)
    }
  }

  private static func fits(_ count: Int, free: Int, _ byteCount: Int, perByte: Int) -> Bool {
    count <= free || (count - free) / perByte <= byteCount
  }
}
