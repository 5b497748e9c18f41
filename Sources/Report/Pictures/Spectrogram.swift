import Foundation
import Signal

/// Spectrogram: magnitudes of audio by time and mel frequency, as an image.
///
/// All spectrograms have the same scale: 0 dB is a sine of full scale, and the colours span ``levelsDB``.
package struct Spectrogram: Sendable {
  /// Sample rate of the input. All audio is resampled to this rate, so that all spectrograms cover the same
  /// frequencies.
  package static let sampleRateHz = 48_000
  /// Range of magnitudes in dB that the colours span; 0 dB is a sine of full scale.
  package static let levelsDB = -100.0 ... -20.0
  static let bandCount = 128
  private static let windowLength = 2_048
  /// Number of columns into which a long clip is divided; the image may have one column more.
  private static let columnLimit = 400
  /// Least number of samples from one column to the next.
  private static let shortestHop = 240

  /// Number of columns of the image.
  package let width: Int
  /// Number of rows of the image: one for each mel band.
  package var height: Int { Self.bandCount }
  /// Indices into ``ColourMap/magma``, row after row, high frequencies first.
  package let pixels: [UInt8]

  /// Computes the spectrogram of samples at ``sampleRateHz``.
  ///
  /// - Precondition: `samples` is not empty.
  package init(_ samples: [Float]) {
    precondition(!samples.isEmpty, "no samples to draw")
    let hop = max(Self.shortestHop, (samples.count + Self.columnLimit - 1) / Self.columnLimit)
    // In long clips a column averages several spectra, so that no sample between columns is ignored.
    let spectraPerColumn = (hop + Self.windowLength / 2 - 1) / (Self.windowLength / 2)
    let transform = STFT(windowLength: Self.windowLength, hopLength: max(1, hop / spectraPerColumn))
    let filters = MelFilterbank(
      sampleRateHz: Self.sampleRateHz, windowLength: Self.windowLength, bandCount: Self.bandCount)
    var weights = [Float](repeating: 0, count: Self.bandCount)
    filters.apply(to: [Float](repeating: 1, count: filters.binCount), into: &weights)

    let frameCount = transform.frameCount(forSampleCount: samples.count)
    let width = max(1, frameCount / spectraPerColumn)
    var pixels = [UInt8](repeating: 0, count: width * Self.bandCount)
    var magnitudes = [Float](repeating: 0, count: transform.binCount)
    var bands = [Float](repeating: 0, count: Self.bandCount)
    for column in 0..<width {
      var power = [Double](repeating: 0, count: Self.bandCount)
      for spectrum in 0..<spectraPerColumn {
        let frame = min(column * spectraPerColumn + spectrum, frameCount - 1)
        transform.magnitudes(ofFrame: frame, in: samples, into: &magnitudes)
        filters.apply(to: magnitudes, into: &bands)
        for band in bands.indices where weights[band] > 0 {
          let level = Double(bands[band] / weights[band])
          power[band] += level * level / Double(spectraPerColumn)
        }
      }
      for band in bands.indices {
        pixels[(Self.bandCount - 1 - band) * width + column] = Self.colourIndex(ofPower: power[band])
      }
    }
    self.width = width
    self.pixels = pixels
  }

  /// Encodes the spectrogram as a PNG file.
  ///
  /// - Throws: ``ReportError/libraryFailed(library:)``.
  package func png() throws -> [UInt8] {
    try IndexedPNG.encode(pixels: pixels, width: width, palette: ColourMap.magma)
  }

  /// Frequencies to mark beside the image, with their vertical positions: 0 at the top and 1 at the bottom.
  static var frequencyMarks: [(text: String, place: Double)] {
    let highest = SlaneyMelScale.mel(ofHz: Double(sampleRateHz) / 2)
    return [(250, "250"), (500, "500"), (1_000, "1k"), (2_000, "2k"), (4_000, "4k"), (8_000, "8k"), (16_000, "16k")]
      .map { (text: $0.1, place: 1 - SlaneyMelScale.mel(ofHz: $0.0) / highest) }
  }

  private static func colourIndex(ofPower power: Double) -> UInt8 {
    // A sine of full scale under a Hann window has a magnitude of a quarter of the window length.
    let fullScale = Double(windowLength) / 4
    let level = 10 * log10(max(power, 1e-30) / (fullScale * fullScale))
    let share = (level - levelsDB.lowerBound) / (levelsDB.upperBound - levelsDB.lowerBound)
    return UInt8((min(max(share, 0), 1) * Double(ColourMap.magma.count - 1)).rounded())
  }
}
