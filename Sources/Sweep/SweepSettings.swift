/// Settings of a sweep.
public struct SweepSettings: Sendable {
  /// Shard: one of several equal parts of the work, for several machines.
  public struct Shard: Equatable, Sendable {
    /// Number of the shard, from 1 to `count`.
    public let number: Int
    /// Number of shards.
    public let count: Int

    /// Creates a shard; nil where the number is not in `1...count`.
    public init?(number: Int, of count: Int) {
      guard count >= 1, (1...count).contains(number) else { return nil }
      self.number = number
      self.count = count
    }

    func takes(_ index: Int) -> Bool { index % count == number - 1 }
  }

  /// Folder with the audio files.
  public var folder: String
  /// Folder for the results.
  public var output: String
  /// Rule by which clips are cut.
  public var selection: SweepDescription.Selection
  /// Largest number of clips, spread over all files; nil takes all clips.
  public var clipLimit: Int?
  /// Number of clips whose audio is stored for listening.
  public var listeningCount: Int
  /// Shard to run; nil runs everything.
  public var shard: Shard?
  /// Number of threads.
  public var threadCount: Int
  /// Memory limit of all workers together. Fewer workers run where memory is short.
  public var memoryLimitBytes: Int
  /// Folder for temporary files.
  public var temporaryFolder: String

  /// Creates settings.
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

  /// Number of clips that are coded at the same time.
  ///
  /// - Parameters:
  ///   - clipCount: number of all clips.
  ///   - modelByteCount: size of all model files.
  func workerCount(clipCount: Int, modelByteCount: Int) -> Int {
    // 16-bit weights are expanded to 32 bits and packed again. Each worker also holds a clip's signals, spectra and
    // activations.
    let workerByteCount = 3 * modelByteCount + Self.clipByteCount
    return max(1, min(threadCount, clipCount, memoryLimitBytes / workerByteCount))
  }

  /// Memory of a clip: measured with the default model on clips of 10 s, and doubled.
  private static let clipByteCount = 400 << 20
}
