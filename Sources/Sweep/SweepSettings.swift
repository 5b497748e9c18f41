/// What a sweep is asked to do.
public struct SweepSettings: Sendable {
  /// One of several equal parts of the work, for as many machines.
  public struct Shard: Equatable, Sendable {
    /// From 1 to `count`.
    public let number: Int
    public let count: Int

    /// Nil where the number is not in `1...count`.
    public init?(number: Int, of count: Int) {
      guard count >= 1, (1...count).contains(number) else { return nil }
      self.number = number
      self.count = count
    }

    func takes(_ index: Int) -> Bool { index % count == number - 1 }
  }

  /// Folder with the audio.
  public var folder: String
  /// Folder for the results.
  public var output: String
  public var selection: SweepDescription.Selection
  /// Clips at most, spread over all files; nil takes all.
  public var clipLimit: Int?
  /// Clips whose sound is kept for listening.
  public var listeningCount: Int
  public var shard: Shard?
  public var threadCount: Int
  /// Memory that all workers together may take; fewer work at once where it is short.
  public var memoryLimitBytes: Int
  /// Where temporary files go.
  public var temporaryFolder: String

  public init(
    folder: String, output: String, selection: SweepDescription.Selection = SweepDescription.Selection(),
    clipLimit: Int? = nil, listeningCount: Int = 3, shard: Shard? = nil, threadCount: Int, memoryLimitBytes: Int,
    temporaryFolder: String
  ) {
    self.folder = folder
    self.output = output
    self.selection = selection
    self.clipLimit = clipLimit
    self.listeningCount = listeningCount
    self.shard = shard
    self.threadCount = threadCount
    self.memoryLimitBytes = memoryLimitBytes
    self.temporaryFolder = temporaryFolder
  }

  /// How many clips are worked on at once.
  ///
  /// - Parameters:
  ///   - clipCount: clips that there are.
  ///   - modelByteCount: of all model files.
  func workerCount(clipCount: Int, modelByteCount: Int) -> Int {
    // Weights of 16 bits become 32 and are packed anew; besides them a clip's signals, spectra and activations.
    let workerByteCount = 3 * modelByteCount + Self.clipByteCount
    return max(1, min(threadCount, clipCount, memoryLimitBytes / workerByteCount))
  }

  /// Measured with the default model on clips of 10 s, and doubled.
  private static let clipByteCount = 400 << 20
}
