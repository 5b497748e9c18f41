import ArgumentParser
import AudioIO
import DACFile
import Foundation
import Kernels
import ModelStore
import SystemCalls
import Tokens
import VampcKit

extension EncodeCommand {
  /// Encodes all inputs of `vampc encode --format dac`.
  func encodeDACFiles(_ run: FileRun) throws {
    let encoder = try encoder {
      try DACFileEncoder(
        $0, settings: output.dacFileSettings(encoding), temporaryFolder: TemporaryFolder.path)
    }
    try run.run { job in
      try Interruption.shared.endingInput(at: job.input) { stop in try encode(job, stop, encoder, run) }
    }
  }

  private func encode(
    _ job: FileJob, _ stop: RecordingStop?, _ encoder: DACFileEncoder, _ run: FileRun
  ) throws -> ExitStatus {
    let display = ProgressDisplay(name: job.inputName, isShown: messages.showsProgress)
    let reader = try reader(of: job, stop)
    let (report, byteCount) = try run.withOutput(of: job) { file in
      let report = try encoder.encode(reader, progress: display.update)
      let bytes = DACFileWriter().bytes(of: report.recording)
      try file.write(bytes)
      return (report, bytes.count)
    }
    display.end()
    warnOfName(job)
    let status = EncodingWarnings(report).tell(about: job.inputName)
    if !messages.quiet {
      let line = Self.summary(job, report.recording, codebookCount: encoder.model.geometry.codebookCount, byteCount)
      try Console.result(line, standardOutputCarriesData: job.output == "-")
    }
    return status
  }

  private static func summary(
    _ job: FileJob, _ recording: DACRecording, codebookCount: Int, _ byteCount: Int
  ) -> String {
    let seconds = Double(recording.originalSampleCount) / Double(recording.sampleRateHz)
    let windows = (recording.frameCount + recording.windowFrameCount - 1) / recording.windowFrameCount
    return [
      "\(Console.printable(job.inputName)) -> \(Console.printable(job.outputName)): "
        + "\(recording.codebookCount) of \(Format.count(codebookCount, "codebook")), "
        + Format.count(recording.channels.count, "channel"),
      recording.isPadded ? "in one window" : "in \(Format.count(windows, "window")) without padding",
      "\(Format.bytes(byteCount)) for \(Format.seconds(seconds))",
    ].joined(separator: "; ")
  }
}
