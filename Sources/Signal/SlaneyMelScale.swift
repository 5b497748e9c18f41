import Foundation

/// Slaney's mel scale: linear up to 1 kHz, then 27 steps per factor of 6.4 in frequency.
///
/// Source: Auditory Toolbox (Interval Research TR 1998-010).
package enum SlaneyMelScale {
  private static let linearHzPerMel = 200.0 / 3
  private static let logStartHz = 1_000.0
  private static let logStartMel = logStartHz / linearHzPerMel
  private static let logStep = log(6.4) / 27

  /// Mel value of a frequency in Hz.
  package static func mel(ofHz hz: Double) -> Double {
    hz < logStartHz ? hz / linearHzPerMel : logStartMel + log(hz / logStartHz) / logStep
  }

  /// Frequency in Hz of a mel value.
  package static func hz(ofMel mel: Double) -> Double {
    mel < logStartMel ? mel * linearHzPerMel : logStartHz * exp((mel - logStartMel) * logStep)
  }
}
