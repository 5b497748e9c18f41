extension SpectralDistance {
  /// Mel distance of VampNet (arXiv 2307.04686, equation 3): two scales, log10 magnitudes only.
  public static let vampNetMel = SpectralDistance(
    scales: [Scale(windowLength: 2_048, melBandCount: 150), Scale(windowLength: 512, melBandCount: 80)],
    logWeight: 1, magnitudeWeight: 0)

  /// Mel distance of DAC's published tables: `MelSpectrogramLoss()` with its defaults, power 2 and the magnitude term.
  public static let dacTableMel = SpectralDistance(scales: vampNetMel.scales, logWeight: 2, magnitudeWeight: 1)

  /// Mel distance of DAC's training loss (arXiv 2306.06546, section 3.4): seven scales, log10 magnitudes only.
  public static let sevenScaleMel = SpectralDistance(
    scales: zip([32, 64, 128, 256, 512, 1_024, 2_048], [5, 10, 20, 40, 80, 160, 320]).map {
      Scale(windowLength: $0, melBandCount: $1)
    },
    logWeight: 1, magnitudeWeight: 0)

  /// STFT distance: `MultiScaleSTFTLoss()` of descript-audio-codec with its defaults, no mel bands, power 2 and the
  /// magnitude term.
  public static let multiScaleSTFT = SpectralDistance(
    scales: [Scale(windowLength: 2_048), Scale(windowLength: 512)], logWeight: 2, magnitudeWeight: 1)
}
