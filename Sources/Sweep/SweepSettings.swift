/// Settings of a sweep: folders, clips, shard, threads and memory.
public struct SweepSettings: Sendable {
  /// Shard: one of several nearly equal shares of the clips, each for a machine of its own.
  public struct Shard: Equatable, Sendable {
    /// Number of the shard, from 1 to `count`.
    public let number: Int
    /// Number of shards into which the clips are divided.
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
  /// Folder for the results, which may hold the cells of earlier runs.
  public var output: String
  /// Rule by which clips are cut from the files.
  public var selection: SweepDescription.Selection
  /// Largest number of places of clips, spread evenly over the places of all files; nil takes all places.
  public var clipLimit: Int?
  /// Number of clips whose audio is stored for listening, under every condition.
  public var listeningCount: Int
  /// Shard that the run computes; nil computes all clips.
  public var shard: Shard?
  /// Number of threads of all workers together.
  public var threadCount: Int
  /// Limit in bytes on the estimated memory of all workers together, which limits the number of workers; one worker
  /// always runs.
  public var memoryLimitBytes: Int
  /// Folder in which each worker makes a folder for temporary files.
  public var temporaryFolder: String

  /// Settings with the given values; by default the run computes all clips and stores the audio of three clips.
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
  ///   - clipCount: Number of all clips of the run.
  ///   - modelByteCount: Size of all model files together, in bytes.
  func workerCount(clipCount: Int, modelByteCount: Int) -> Int {
    // The factor 3 allows for 16-bit weights that are widened to 32 bits and packed again. Each worker also holds a
    // clip's signals, spectra and activations.
    let workerByteCount = 3 * modelByteCount + Self.clipByteCount
    return max(1, min(threadCount, clipCount, memoryLimitBytes / workerByteCount))
  }

  /// Estimated memory for a clip in bytes: twice the memory measured with the default model on clips of 10 s.
  private static let clipByteCount = 400 << 20
}
