import Foundation
public import Tokens

extension SamplerSettings {
  /// Default sampler settings of a model, read from `sampler.json` in the model's folder (`formats/model.md`). A folder
  /// in which this file is missing or cannot be read gives the settings of the published VampNet code. The seed is 0.
  ///
  /// - Throws: `VampcError.invalidSampler` for a file that violates the format.
  public init(besideModel folder: String) throws {
    let path = folder + "/sampler.json"
    guard let data = FileManager.default.contents(atPath: path) else {
      self = .published
      return
    }
    guard let file = try? JSONDecoder().decode(SamplerFile.self, from: data) else {
      throw VampcError.invalidSampler(path: path, reason: "not an object with the seven settings as numbers")
    }
    let (counts, temperatures, shares) = (1...255, 0.0...655.35, 0.01...1.0)
    guard counts.contains(file.steps), counts.contains(file.fineSteps) else {
      throw VampcError.invalidSampler(path: path, reason: "steps are outside 1...255")
    }
    guard [file.temperature, file.fineTemperature, file.maskTemperature].allSatisfy(temperatures.contains) else {
      throw VampcError.invalidSampler(path: path, reason: "a temperature is outside 0...655.35")
    }
    guard shares.contains(file.topP), shares.contains(file.typicalMass) else {
      throw VampcError.invalidSampler(path: path, reason: "top_p or typical_mass is outside 0.01...1")
    }
    self.init(
      coarseStepCount: file.steps, fineStepCount: file.fineSteps, temperature: file.temperature,
      fineTemperature: file.fineTemperature, maskTemperature: file.maskTemperature, topP: file.topP,
      typicalMass: file.typicalMass)
  }
}

/// Contents of `sampler.json`.
private struct SamplerFile: Decodable {
  let steps: Int
  let fineSteps: Int
  let temperature: Double
  let fineTemperature: Double
  let maskTemperature: Double
  let topP: Double
  let typicalMass: Double

  private enum CodingKeys: String, CodingKey {
    case steps
    case fineSteps = "fine_steps"
    case temperature
    case fineTemperature = "fine_temperature"
    case maskTemperature = "mask_temperature"
    case topP = "top_p"
    case typicalMass = "typical_mass"
  }
}
