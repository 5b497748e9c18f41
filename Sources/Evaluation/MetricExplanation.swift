/// Explanation of a metric for users: its range, its definition and its limits.
public struct MetricExplanation: Equatable, Sendable {
  /// Range of the values, with the meaning of its ends.
  public let range: String
  /// Definition of the metric.
  public let definition: String
  /// Conclusion that the metric supports.
  public let tells: String
  /// Conclusions that the metric does not support.
  public let cannotTell: String
}

extension Metric {
  /// Explanation of the metric for users.
  public var explanation: MetricExplanation {
    switch self {
    case .melDistance:
      MetricExplanation(
        range: "0 for equal signals; about 2 for unrelated ones",
        definition: "VampNet, equation 3: mean difference of log10 mel magnitudes, windows of 2048 (150 bands) and 512 "
          + "samples (80 bands), summed",
        tells: "how near the spectrum over time comes to the original: timbre, level, onsets to within 3 ms",
        cannotTell:
          "whether the audio sounds good: a model trained on spectra scores well and may still buzz. Generated audio "
          + "is another performance, far away by definition however good it is. Phase does not count")
    case .dacMelDistance:
      MetricExplanation(
        range: "0 for equal signals; about twice the mel distance",
        definition:
          "descript-audio-codec's MelSpectrogramLoss with its defaults: the windows and bands of the mel distance, "
          + "log10 of squared magnitudes, plus the difference of the magnitudes",
        tells: "the same as the mel distance, for comparison with published tables",
        cannotTell: "the same as the mel distance; the added term follows the loudest passages")
    case .sevenScaleMelDistance:
      MetricExplanation(
        range: "0 for equal signals",
        definition: "DAC's training loss: windows of 32 to 2048 samples with 5 to 320 bands, log10 magnitudes, summed",
        tells: "differences in time more finely than the mel distance: smeared attacks, clicks",
        cannotTell: "the same as the mel distance; codecs trained on this loss score too well")
    case .stftDistance:
      MetricExplanation(
        range: "0 for equal signals",
        definition:
          "descript-audio-codec's MultiScaleSTFTLoss: windows of 2048 and 512 samples, all frequencies alike, log10 "
          + "of squared magnitudes plus the magnitudes",
        tells: "mainly differences in the highest octave, which has half of all frequencies: lacking or added treble",
        cannotTell:
          "what a listener hears: where the original is nearly silent, faint noise counts as much as a wrong note")
    case .siSDR:
      MetricExplanation(
        range: "unlimited; below 0 where more differs than agrees",
        definition: "energy of the part of the signal that is the scaled original, over the energy of the rest "
          + "(Le Roux et al. 2019)",
        tells: "how much of the waveform is preserved",
        cannotTell:
          "anything about codecs that preserve no waveform, such as neural ones at low rates: their values lie below "
          + "0 and the audio may sound good. A shift of a few samples ruins the ratio")
    case .loudnessDifference:
      MetricExplanation(
        range: "unlimited; less than 1 is hardly heard",
        definition: "integrated loudness after ITU-R BS.1770-4, decoded minus original",
        tells: "whether the loudness is preserved",
        cannotTell: "loudness over time: a loud passage and a soft one may cancel out")
    case .decodedBandwidth:
      MetricExplanation(
        range: "0 to half the sample rate",
        definition:
          "highest frequency whose long-term power lies within 80 dB of the strongest one and above -110 dBFS, "
          + "which excludes the dither of 16 bits",
        tells: "where a codec cuts off the treble",
        cannotTell: "whether the content of the band is right: noise has a bandwidth, too")
    case .referenceBandwidth:
      MetricExplanation(
        range: "0 to half the sample rate", definition: "bandwidth of the original, measured in the same way",
        tells: "which bandwidth the decoded clip can reach", cannotTell: "anything about the decoded clip")
    case .lag:
      MetricExplanation(
        range: "a fifth of a second either way; none where no delay can be told",
        definition:
          "peak of the cross-correlation after the phase transform (GCC-PHAT), where the peak stands 7 standard "
          + "deviations above the rest",
        tells: "a constant delay, to the sample; a delay beyond 0.5 ms is flagged",
        cannotTell: "drift, or anything about generated music, which has no waveform in common with the original")
    case .clippedSamples:
      MetricExplanation(
        range: "0 to the number of samples",
        definition: "number of samples in runs of three or more at full scale, over all channels",
        tells: "clipping at full scale",
        cannotTell: "clipping at a lower level, which only the flag 'clipped' covers")
    case .longestSilence:
      MetricExplanation(
        range: "0 to the length of the clip",
        definition: "longest segment in which all channels lie below -70 dBFS, in steps of 10 ms",
        tells: "dropouts, by comparison with the original",
        cannotTell: "whether the original is silent there, too")
    case .dcOffset:
      MetricExplanation(
        range: "-1 to 1, where 1 is full scale", definition: "mean of the channel whose mean lies farthest from 0",
        tells: "a constant offset, which costs headroom and clicks at cuts", cannotTell: "an offset that changes")
    case .frechetDistance:
      MetricExplanation(
        range: "0 for equal sets; the scale depends on the embedding",
        definition:
          "squared distance of two Gaussians, fitted to the embeddings of all original and of all decoded clips",
        tells:
          "whether the decoded clips as a set resemble the originals, by the embedding: the only figure here that can "
          + "judge generated audio",
        cannotTell:
          "anything about one clip or about few clips: the distance is biased upwards, more for fewer clips and for "
          + "larger embeddings, so only sets of the same clips compare. The interval shows the effect of other clips, "
          + "not the bias. A codec's own latents flatter that codec, and VGGish receives nothing above 7.5 kHz")
    }
  }
}
