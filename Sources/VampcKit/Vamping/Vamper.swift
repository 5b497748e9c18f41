public import Signal
import Tokens

/// Maker of variations, which keeps some tokens of a recording and lets VampNet generate all other tokens (arXiv
/// 2307.04686, section 4: "vamping").
///
/// A vamper holds one model, works in memory and serves one call at a time.
public struct Vamper {
  /// Model that encodes, generates and decodes.
  public let model: Model
  /// Settings of every variation.
  public let settings: VampSettings
  private let generator: TokenGenerator

  /// Maker of variations with one model, whose transformers are loaded at this call.
  ///
  /// - Throws: `VampcError.noGenerator`, `VampcError.tooManyCodebooks`, `KeepRulesError.tooManyCodebooks`;
  ///   `ModelError`, `VampNetError` where a transformer cannot be loaded.
  public init(_ model: Model, settings: VampSettings) throws {
    self.model = model
    self.settings = settings
    generator = try TokenGenerator(model)
    let available = generator.codebookCount
    for asked in [settings.prompt.codebookCount, settings.keepRules.codebookCount ?? 1] where asked > available {
      throw VampcError.tooManyCodebooks(asked: asked, available: available)
    }
    if let mask = settings.keepRules.mask, mask.codebookCount > available {
      throw KeepRulesError.tooManyCodebooks(found: mask.codebookCount, available: available)
    }
  }

  /// Makes a variation of a recording.
  ///
  /// The same recording, model, settings and seed give the same samples on all machines with the same instruction set.
  ///
  /// - Parameters:
  ///   - audio: Recording of at least one sample, nominally in −1...1.
  ///   - seed: Seed of all random numbers. The seeds in the settings are ignored.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the work.
  /// - Throws: `VampcError.nothingToVary`, `VampcError.loopTooLong`; `SignalError`; `ModelError`, `VampNetError` where
  ///   a transformer of a second model (``Model/rescore(with:)``) cannot be loaded; errors of `progress`.
  public func variation(
    of audio: AudioBuffer, seed: UInt32, progress: CodingProgress.Handler? = nil
  ) throws -> Vamp {
    guard audio.sampleCount > 0 else { throw VampcError.nothingToVary }
    let work = VampWork(model, generator, settings, seed: seed, progress: progress)
    guard let passCount = settings.loopPassCount else { return try RecordingVariation(work).vary(audio) }
    return try LoopVariation(work).vary(audio, passCount: passCount)
  }
}
