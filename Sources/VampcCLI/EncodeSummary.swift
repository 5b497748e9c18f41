import Bitstream

/// Sums over the files of a run of `vampc encode`: files, bytes, seconds of sound, time taken.
final class EncodeSummary {
  private let jobs: [FileJob]
  private var fileCount = 0
  private var byteCount = 0
  private var seconds = 0.0
  private var elapsedSeconds = 0.0

  /// Sums of a run that has encoded no file yet.
  ///
  /// - Parameter jobs: All files of the run.
  init(_ jobs: [FileJob]) { self.jobs = jobs }

  func add(_ result: EncodeResult) {
    fileCount += 1
    byteCount += result.figures.statistics.byteCount
    seconds += result.durationSeconds
    elapsedSeconds += result.elapsedSeconds
  }

  /// Prints the sums, unless the run has only one file.
  func end() {
    guard jobs.count > 1 else { return }
    try? Console.result(text, standardOutputCarriesData: jobs.contains { $0.output == "-" })
  }

  private var text: String {
    let rate = seconds > 0 ? Format.bitrate(Double(byteCount) * 8 / seconds) : "no rate"
    return "\(fileCount) of \(Format.count(jobs.count, "file")): \(Format.seconds(seconds)) in "
      + "\(Format.bytes(byteCount)), \(rate); encoded in \(Format.seconds(elapsedSeconds)), "
      + "\(Format.number(seconds / max(elapsedSeconds, 1e-9), decimals: 1)) times real time"
  }
}
