import Testing
import Tokens

@Suite struct SamplerChoiceTests {
  @Test(arguments: [0, 7] as [UInt32]) func theDefaultIsTheModelsOwn(seed: UInt32) {
    let defaults = SamplerSettings(coarseStepCount: 5, maskTemperature: 200, seed: 99)
    let applied = SamplerChoice.modelDefault(seed: seed).settings(modelDefaults: defaults)
    #expect(applied == SamplerSettings(coarseStepCount: 5, maskTemperature: 200, seed: seed))
  }

  @Test func explicitSettingsStayAsTheyAre() {
    let chosen = SamplerSettings(coarseStepCount: 36, seed: 3)
    let defaults = SamplerSettings(coarseStepCount: 5)
    #expect(SamplerChoice.explicit(chosen).settings(modelDefaults: defaults) == chosen)
    // Settings that equal the model's defaults are a choice, too: another model must not change them.
    #expect(SamplerChoice.explicit(defaults) != .modelDefault())
  }

  @Test func theSeedCanBeReplaced() {
    #expect(SamplerChoice.modelDefault(seed: 1).withSeed(8) == .modelDefault(seed: 8))
    let chosen = SamplerSettings(coarseStepCount: 36, seed: 3)
    #expect(SamplerChoice.explicit(chosen).withSeed(8) == .explicit(SamplerSettings(coarseStepCount: 36, seed: 8)))
  }
}
