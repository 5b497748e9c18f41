/// What a figure is and what it can tell, for people.
public struct MetricDescription: Equatable, Sendable {
  public enum Direction: String, Sendable {
    case lowerIsBetter = "lower is better"
    case higherIsBetter = "higher is better"
    case nearZeroIsBetter = "0 is best"
    /// To be held against the reference's.
    case asTheReference = "the reference's is best"
  }

  public let title: String
  /// Nil for a figure without one.
  public let unit: String?
  public let range: String
  public let direction: Direction
  /// How it is made.
  public let definition: String
  public let tells: String
  public let cannotTell: String
}

extension Metric {
  public var explanation: MetricDescription {
    switch self {
    case .melDistance:
      MetricDescription(
        title: "mel distance", unit: nil, range: "0 for equal signals; about 2 for unrelated ones",
        direction: .lowerIsBetter,
        definition: "VampNet, equation 3: mean difference of log10 mel magnitudes, windows of 2048 (150 bands) and 512 "
          + "samples (80 bands), summed",
        tells: "how near the spectrum over time comes to the original: colour, level, onsets to within 3 ms",
        cannotTell:
          "whether it sounds good: a model trained on spectra pleases it and still buzzes. What is imagined is "
          + "another performance, however good, and is far away by definition. Phase does not count")
    case .dacMelDistance:
      MetricDescription(
        title: "mel distance of DAC's tables", unit: nil, range: "0 for equal signals; about twice the mel distance",
        direction: .lowerIsBetter,
        definition:
          "descript-audio-codec's MelSpectrogramLoss with its defaults: the windows and bands of the mel distance, "
          + "log10 of squared magnitudes, and the difference of the magnitudes added",
        tells: "the same as the mel distance, to compare with published tables",
        cannotTell: "what the mel distance cannot; the term added follows the loudest passages")
    case .sevenScaleMelDistance:
      MetricDescription(
        title: "mel distance over seven scales", unit: nil, range: "0 for equal signals", direction: .lowerIsBetter,
        definition: "DAC's training loss: windows of 32 to 2048 samples with 5 to 320 bands, log10 magnitudes, summed",
        tells: "time more finely than the mel distance: smeared attacks, clicks",
        cannotTell: "what the mel distance cannot; codecs trained on this very loss are flattered")
    case .stftDistance:
      MetricDescription(
        title: "STFT distance", unit: nil, range: "0 for equal signals", direction: .lowerIsBetter,
        definition:
          "descript-audio-codec's MultiScaleSTFTLoss: windows of 2048 and 512 samples, all frequencies alike, log10 "
          + "of squared magnitudes and the magnitudes themselves",
        tells: "above all the highest octave, which has half of all frequencies: missing or invented treble",
        cannotTell:
          "what is heard: where the original has next to nothing, a little noise counts as much as a wrong note")
    case .siSDR:
      MetricDescription(
        title: "SI-SDR", unit: "dB", range: "unlimited; below 0 where more differs than agrees",
        direction: .higherIsBetter,
        definition: "energy of the part of the signal that is the original, scaled, over the energy of the rest "
          + "(Le Roux et al. 2019)",
        tells: "how much of the waveform itself is kept",
        cannotTell:
          "anything about codecs that keep no waveform, as neural ones at low rates: they are below 0 and may "
          + "sound well. A shift of a few samples ruins it")
    case .loudnessDifference:
      MetricDescription(
        title: "loudness difference", unit: "LU", range: "unlimited; less than 1 is hardly heard",
        direction: .nearZeroIsBetter,
        definition: "integrated loudness after ITU-R BS.1770-4, decoded less original",
        tells: "whether it comes back as loud",
        cannotTell: "level over time: too loud here and too soft there may cancel")
    case .bandwidth:
      MetricDescription(
        title: "bandwidth", unit: "Hz", range: "0 to half the sample rate", direction: .asTheReference,
        definition:
          "the highest frequency whose long-term power lies within 80 dB of the strongest one's and above -110 dBFS, "
          + "which leaves out the dither of 16 bits",
        tells: "where a codec cuts off the treble",
        cannotTell: "whether what is there below and above belongs there: noise has a bandwidth, too")
    case .lag:
      MetricDescription(
        title: "lag", unit: "samples", range: "a fifth of a second either way; none where nothing can be said",
        direction: .nearZeroIsBetter,
        definition:
          "the peak of the cross-correlation after the phase transform (GCC-PHAT), where it stands 7 standard "
          + "deviations above the rest",
        tells: "a constant delay, to the sample; beyond 0.5 ms it is flagged",
        cannotTell: "drift, and anything about imagined music, which agrees nowhere")
    case .frechetDistance:
      MetricDescription(
        title: "Fréchet distance", unit: nil, range: "0 for equal sets; its scale is that of the embedding",
        direction: .lowerIsBetter,
        definition: "squared distance between Gaussians fitted to the embeddings of all original and all decoded clips",
        tells:
          "whether decoded clips as a set are such as the originals, in the eyes of the embedding: the only figure here "
          + "that can judge what is imagined",
        cannotTell:
          "anything about one clip, nor with few clips: it is biased upwards, the more the fewer they are and the "
          + "more values an embedding has, so compare only sets of the same clips. The interval says how far other clips "
          + "would move it, not the bias. A codec's own latents flatter that codec, and VGGish knows nothing above 7.5 kHz"
      )
    }
  }
}
