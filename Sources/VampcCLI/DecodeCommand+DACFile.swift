import ArgumentParser
import AudioIO
import DACFile
import SystemCalls
import Tokens
import VampcKit

extension DecodeCommand {
  /// Decodes a `.dac` file of DAC's own tool.
  func decode(
    dacFile input: InputBytes, _ job: FileJob, _ decoder: DACFileDecoder, _ run: FileRun
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
    guard !messages.quiet else { return .success }
    let seconds = Double(report.sampleCount) / Double(recording.sampleRateHz)
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
