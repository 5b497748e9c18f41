import ArgumentParser
import AudioIO
import DACFile
import SystemCalls
import Tokens
import VampcKit

extension DecodeCommand {
  /// Decodes a `.dac` file, as the program of the DAC project writes it.
  func decode(
    dacFile input: InputBytes, _ job: FileJob, _ decoder: DACFileDecoder, _ run: FileRun, _ collected: JSONResults?
  ) throws -> ExitStatus {
    if !sampler.givenNames.isEmpty {
      Console.warning(
        "\(job.inputName): a .dac file has no masked tokens to generate; ignoring \(sampler.givenNames.joined(separator: ", "))"
      )
    }
    let display = ProgressDisplay(name: job.inputName, isShown: messages.showsProgress)
    let recording = try DACFileReader().read(input.rest(limit: DACFileReader.largestByteCount))
    let report = try run.withOutput(of: job) { file in
      try decoder.decode(
        recording, range: decoding.range,
        makeWriter: {
          try AudioWriter(
            descriptor: file.descriptor, name: job.outputName, container: AudioContainer(path: job.output) ?? .wav,
            sampleFormat: decoding.bits.format, sampleRateHz: recording.sampleRateHz,
            channelCount: recording.channels.count)
        }, progress: display.update)
    }
    display.end()
    let seconds = Double(report.sampleCount) / Double(recording.sampleRateHz)
    if let collected {
      var object = JSONObject()
      object.set("file", job.inputName)
      object.set("output", job.outputName)
      object.set("duration_seconds", seconds)
      object.set("sample_count", report.sampleCount)
      object.set("sample_rate_hz", recording.sampleRateHz)
      object.set("channels", recording.channels.count)
      object.set("model", report.modelName)
      object.set("codebooks", report.codebookCount)
      object.set("elapsed_seconds", display.elapsedSeconds)
      collected.add(object)
    }
    guard !messages.quiet, collected == nil else { return .success }
    var text = "\(Console.printable(job.inputName)) -> \(Console.printable(job.outputName)): "
    text += "\(Format.seconds(seconds)), \(report.sampleCount) samples, "
    text += "\(Format.count(recording.channels.count, "channel")) at \(recording.sampleRateHz) Hz; "
    text += "\(Format.count(report.codebookCount, "codebook")) of \(report.modelName)"
    if messages.verbose {
      text += "\n  decoded in \(Format.seconds(display.elapsedSeconds)), "
      text += "\(Format.number(seconds / max(display.elapsedSeconds, 1e-9), decimals: 1)) times real time"
    }
    try Console.result(text, standardOutputCarriesData: job.output == "-")
    return .success
  }
}
