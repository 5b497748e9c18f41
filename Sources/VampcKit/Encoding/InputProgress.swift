/// Sender of the progress through an input to a handler.
struct InputProgress {
  private let input: any AudioInput
  private let stage: CodingProgress.Stage
  private let totalSampleCount: Int?
  private let handler: CodingProgress.Handler?

  init(
    _ input: any AudioInput, stage: CodingProgress.Stage, totalSampleCount: Int?, handler: CodingProgress.Handler?
  ) {
    self.input = input
    self.stage = stage
    self.totalSampleCount = totalSampleCount
    self.handler = handler
  }

  /// Sends the present progress to the handler.
  ///
  /// - Throws: errors of the handler, which cancel the work.
  func send() throws {
    let rate = Double(input.sampleRateHz)
    try handler?(
      CodingProgress(
        stage: stage, doneSeconds: Double(input.samplePosition) / rate,
        totalSeconds: totalSampleCount.map { Double($0) / rate }))
  }
}
