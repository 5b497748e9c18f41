import ArgumentParser
import AudioIO
import Evaluation
import Foundation
import Signal

/// `vampc measure`
struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Compare decoded audio with its original.",
    discussion: """
      EXAMPLES
        vampc measure song.flac song.wav
        vampc measure --json song.flac song.wav | jq .mel_distance

      The decoded file is resampled to the reference's rate; where the channel counts
      differ, both are mixed to mono; where the lengths differ, the longer one's end
      is left out. Mel distance is that of the VampNet paper (equation 3): 0 for equal
      signals, lower is better. Loudness is integrated, after ITU-R BS.1770.
      """)

  @Flag(help: "JSON, one key per line.")
  var json = false

  @Argument(help: "The original.")
  var reference: String

  @Argument(help: "What became of it.")
  var decoded: String

  func validate() throws {
    if reference == "-", decoded == "-" { throw ValidationError("- can be given once") }
  }

  func run() throws {
    do {
      var original = try Self.audio(of: reference)
      var degraded = try Self.audio(of: decoded)
      let measurement = try Measurement(&original, &degraded)
      let difference = measurement.sampleCountDifference
      if difference != 0 {
        Console.warning(
          "\(decoded): \(Format.count(abs(difference), "sample")) \(difference > 0 ? "longer" : "shorter") than the "
            + "reference, compared as far as both go")
      }
      try Console.result(json ? measurement.json(reference, decoded).text : measurement.text)
    } catch {
      Failure.report(error, file: decoded)
      throw ExitStatus(of: error)
    }
  }

  private static func audio(of path: String) throws -> AudioBlock {
    let reader = try AudioReader(path: path, temporaryFolder: TemporaryFolder.path)
    var audio = AudioBlock(emptyWithChannelCount: reader.channelCount, sampleRateHz: reader.sampleRateHz)
    while let block = try reader.read(upTo: 65_536) {
      try Interruption.shared.check()
      audio.append(block)
    }
    return audio
  }
}

/// What `measure` finds out about two recordings.
struct Measurement {
  let melDistance: Double
  /// Nil where it is infinite or undefined.
  let siSDRDecibels: Double?
  /// Nil for silence and below 400 ms.
  let referenceLUFS: Double?
  let decodedLUFS: Double?
  let referenceDefects: SignalDefects
  let decodedDefects: SignalDefects
  /// Samples by which the decoded file is longer, at the reference's rate.
  let sampleCountDifference: Int
  let comparedSampleCount: Int
  let sampleRateHz: Int

  /// Brings both to one form and compares them.
  ///
  /// - Throws: `SignalError`, `EvaluationError`.
  init(_ reference: inout AudioBlock, _ decoded: inout AudioBlock) throws {
    // Faults are those of the files, not of what is made of them here.
    referenceDefects = SignalDefects(of: reference)
    decodedDefects = SignalDefects(of: decoded)
    if reference.channelCount != decoded.channelCount {
      reference = reference.downmixedToMono()
      decoded = decoded.downmixedToMono()
    }
    if decoded.sampleRateHz != reference.sampleRateHz {
      decoded = try Resampler.resample(decoded, to: reference.sampleRateHz)
    }
    sampleCountDifference = decoded.sampleCount - reference.sampleCount
    comparedSampleCount = min(decoded.sampleCount, reference.sampleCount)
    sampleRateHz = reference.sampleRateHz
    if sampleCountDifference > 0 { decoded = decoded.slice(0..<comparedSampleCount) }
    if sampleCountDifference < 0 { reference = reference.slice(0..<comparedSampleCount) }
    referenceLUFS = try Self.loudness(of: reference)
    decodedLUFS = try Self.loudness(of: decoded)
    melDistance = try SpectralDistance.vampNetMel.distance(of: decoded, from: reference)
    siSDRDecibels = try SISDR.decibels(of: decoded, from: reference)
  }

  var loudnessDifferenceDB: Double? {
    guard let referenceLUFS, let decodedLUFS else { return nil }
    return decodedLUFS - referenceLUFS
  }

  func json(_ reference: String, _ decoded: String) -> JSONObject {
    var object = JSONObject()
    object.set("reference", reference)
    object.set("decoded", decoded)
    object.set("mel_distance", melDistance)
    object.set("si_sdr_db", siSDRDecibels)
    object.set("reference_lufs", referenceLUFS)
    object.set("decoded_lufs", decodedLUFS)
    object.set("loudness_difference_db", loudnessDifferenceDB)
    object.set("reference_clipped_samples", referenceDefects.clippedSampleCount)
    object.set("decoded_clipped_samples", decodedDefects.clippedSampleCount)
    object.set("reference_silent", referenceDefects.isSilent)
    object.set("decoded_silent", decodedDefects.isSilent)
    object.set("decoded_longest_silence_seconds", decodedDefects.longestSilenceSeconds)
    object.set("decoded_dc_offset", decodedDefects.dcOffset)
    object.set("compared_samples", comparedSampleCount)
    object.set("sample_count_difference", sampleCountDifference)
    object.set("sample_rate_hz", sampleRateHz)
    return object
  }

  var text: String {
    let difference = loudnessDifferenceDB.map { " (\($0 < 0 ? "" : "+")\(Format.number($0, decimals: 2)) dB)" } ?? ""
    var lines = [
      "mel distance  \(Format.number(melDistance, decimals: 4))",
      "SI-SDR        \(siSDRDecibels.map { Format.number($0, decimals: 2) + " dB" } ?? "infinite or undefined")",
      "loudness      \(Self.text(referenceLUFS)) to \(Self.text(decodedLUFS))\(difference)",
    ]
    if decodedDefects.isClipped {
      lines.append("clipped       \(Format.count(decodedDefects.clippedSampleCount, "sample")) of the decoded file")
    }
    if decodedDefects.isSilent { lines.append("silent        the decoded file") }
    if referenceDefects.isSilent { lines.append("silent        the reference") }
    return lines.joined(separator: "\n")
  }

  private static func text(_ loudnessLUFS: Double?) -> String {
    loudnessLUFS.map { Format.number($0, decimals: 2) + " LUFS" } ?? "no loudness"
  }

  private static func loudness(of audio: AudioBlock) throws -> Double? {
    let meter = try LoudnessMeter(channelCount: audio.channelCount, sampleRateHz: audio.sampleRateHz)
    try meter.add(audio)
    return meter.integratedLoudnessLUFS
  }
}
