/// What was run, with what, on what: `sweep.json` (`formats/sweep-report.md`).
public struct SweepDescription: Codable, Equatable, Sendable {
  /// A model that took part.
  public struct UsedModel: Codable, Equatable, Sendable {
    public var name: String
    /// SHA-256 of the codec's and the transformers' identities (`formats/model.md`), in hexadecimal.
    public var codecIdentity: String
    public var generatorIdentity: String?
    public var sampleRateHz: Int
    public var hopLength: Int
    public var codebookCount: Int
    public var codebookSize: Int

    public init(
      name: String, codecIdentity: String, generatorIdentity: String?, sampleRateHz: Int, hopLength: Int,
      codebookCount: Int, codebookSize: Int
    ) {
      self.name = name
      self.codecIdentity = codecIdentity
      self.generatorIdentity = generatorIdentity
      self.sampleRateHz = sampleRateHz
      self.hopLength = hopLength
      self.codebookCount = codebookCount
      self.codebookSize = codebookSize
    }
  }

  /// How clips are cut from the files.
  public struct Selection: Codable, Equatable, Sendable {
    /// Length of a clip at most.
    public var seconds: Double
    /// Clips from each file.
    public var perFile: Int
    /// Decides where they begin.
    public var seed: UInt64

    public init(seconds: Double = 10, perFile: Int = 1, seed: UInt64 = 0) {
      self.seconds = seconds
      self.perFile = perFile
      self.seed = seed
    }
  }

  /// A stretch of a file, mixed to mono.
  public struct Clip: Codable, Equatable, Sendable {
    /// Unique within the sweep, fit for a file name.
    public var name: String
    /// Path below the folder that was swept.
    public var file: String
    public var startSeconds: Double
    public var seconds: Double
    public var sampleRateHz: Int
    /// SHA-256 of the samples, in hexadecimal.
    public var contentHash: String

    public init(
      name: String, file: String, startSeconds: Double, seconds: Double, sampleRateHz: Int, contentHash: String
    ) {
      self.name = name
      self.file = file
      self.startSeconds = startSeconds
      self.seconds = seconds
      self.sampleRateHz = sampleRateHz
      self.contentHash = contentHash
    }
  }

  /// What computed it.
  public struct Machine: Codable, Equatable, Sendable {
    public var processor: String
    public var cores: Int
    /// Instruction level of vampc's own kernels, such as `avx2`.
    public var kernelLevel: String

    public init(processor: String, cores: Int, kernelLevel: String) {
      self.processor = processor
      self.cores = cores
      self.kernelLevel = kernelLevel
    }
  }

  /// A Fréchet distance's embedding.
  public struct Embedding: Codable, Equatable, Sendable {
    /// `codec`, `vggish` or the user's name for a command of theirs.
    public var name: String
    /// What makes it, exactly: `dac:` and the codec's identity, for example.
    public var source: String
    public var dimension: Int
    /// Of the originals; the other conditions have as many, but for clips that are left out.
    public var referenceCount: Int

    public init(name: String, source: String, dimension: Int, referenceCount: Int) {
      self.name = name
      self.source = source
      self.dimension = dimension
      self.referenceCount = referenceCount
    }
  }

  public var format = "vampc-sweep"
  public var formatVersion = 1
  /// The command as it can be given again.
  public var command: String
  /// Names of the presets, or of the grid's file.
  public var presets: [String]
  /// Names and versions: `vampc`, `libopus`, `OpenBLAS` …
  public var versions: [String: String]
  public var machine: Machine
  public var models: [UsedModel]
  public var selection: Selection
  public var clips: [Clip]
  public var conditions: [SweepCondition]
  public var embeddings: [Embedding]

  public init(
    command: String, presets: [String], versions: [String: String], machine: Machine, models: [UsedModel],
    selection: Selection, clips: [Clip], conditions: [SweepCondition], embeddings: [Embedding]
  ) {
    self.command = command
    self.presets = presets
    self.versions = versions
    self.machine = machine
    self.models = models
    self.selection = selection
    self.clips = clips
    self.conditions = conditions
    self.embeddings = embeddings
  }
}
