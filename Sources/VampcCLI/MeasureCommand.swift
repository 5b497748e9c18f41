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
      let original = try Self.audio(of: reference)
      let measurement = try ClipMeasurement(of: try Self.audio(of: decoded), from: original)
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

extension ClipMeasurement {
  func json(_ reference: String, _ decoded: String) -> JSONObject {
    var object = JSONObject()
    object.set("reference", reference)
    object.set("decoded", decoded)
    object.set("mel_distance", melDistance)
    object.set("si_sdr_db", siSDRDB)
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
      "SI-SDR        \(siSDRDB.map { Format.number($0, decimals: 2) + " dB" } ?? "infinite or undefined")",
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
}
