import Bitstream
import Tokens

/// Result of encoding one file, to be printed as text or JSON and entered in a manifest.
struct EncodeResult {
  let job: FileJob
  let figures: StreamFigures
  let elapsedSeconds: Double

  /// Length of the recording in seconds; 0 where unknown.
  var durationSeconds: Double { figures.durationSeconds ?? 0 }
  /// Seconds of sound that one second of work encodes.
  private var speed: Double { durationSeconds / max(elapsedSeconds, 1e-9) }

  /// Line that is printed for the file.
  var line: String {
    "\(Console.printable(job.inputName)) -> \(Console.printable(job.outputName)): \(figures.summary)"
  }

  /// Second line that `-v` prints.
  var details: String {
    "source \(figures.source); gain \(figures.gain); encoded in \(Format.seconds(elapsedSeconds)), "
      + "\(Format.number(speed, decimals: 1)) times real time"
  }

  /// JSON object of the result; a figure that `vampc info --json` also prints has the same key there.
  var json: JSONObject {
    var object = JSONObject()
    object.set("file", job.inputName)
    object.set("output", job.outputName)
    object.set("bytes", figures.statistics.byteCount)
    object.set("duration_seconds", figures.durationSeconds)
    object.set("sample_count", figures.sampleCount)
    object.set("source_sample_rate_hz", figures.header.sourceSampleRateHz)
    object.set("source_channels", figures.header.sourceChannelCount)
    object.set("coded_channels", figures.header.codedChannelCount)
    object.set("codebooks", figures.header.prompt.codebookCount)
    object.set("period", figures.header.prompt.period)
    object.set("token_rate_bps", figures.tokenRateBps)
    object.set("real_rate_bps", figures.realRateBps)
    object.set("masked_share", 1 - figures.keptShare)
    object.set("elapsed_seconds", elapsedSeconds)
    return object
  }
}
