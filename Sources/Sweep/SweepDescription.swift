/// Description of a sweep: command, clips, conditions, models, versions and machine. `sweep.json` holds this
/// description (`formats/sweep-report.md`).
public struct SweepDescription: Codable, Equatable, Sendable {
  /// Model that a sweep used.
  public struct UsedModel: Codable, Equatable, Sendable {
    /// Name of the model, from its codec's file.
    public var name: String
    /// Identity of the codec (`formats/model.md`): SHA-256 in hexadecimal.
    public var codecIdentity: String
    /// Identity of the transformers; nil for a codec alone.
    public var generatorIdentity: String?
    /// Sample rate of the codec in Hz.
    public var sampleRateHz: Int
    /// Number of samples per frame at the codec's sample rate.
    public var hopLength: Int
    /// Number of codebooks of the codec.
    public var codebookCount: Int
    /// Number of entries of a codebook.
    public var codebookSize: Int

    /// Creates the description of a model from its properties.
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

  /// Rule by which clips are cut from the files.
  public struct Selection: Codable, Equatable, Sendable {
    /// Largest length of a clip in seconds.
    public var seconds: Double
    /// Largest number of clips from each file.
    public var perFile: Int
    /// Seed from which the position of each clip in its file follows.
    public var seed: UInt64

    /// Rule that cuts at most `perFile` clips of at most `seconds` seconds from each file.
    public init(seconds: Double = 10, perFile: Int = 1, seed: UInt64 = 0) {
      self.seconds = seconds
      self.perFile = perFile
      self.seed = seed
    }
  }

  /// Clip: a segment of a file, mixed to mono.
  public struct Clip: Codable, Equatable, Sendable {
    /// Name of the clip, unique within the sweep and valid as a file name.
    public var name: String
    /// Path of the file below the folder of the sweep.
    public var file: String
    /// Start of the clip in the file, in seconds.
    public var startSeconds: Double
    /// Length of the clip in seconds.
    public var seconds: Double
    /// Sample rate of the clip and of its file in Hz.
    public var sampleRateHz: Int
    /// SHA-256 of the samples as 32-bit floats, in hexadecimal.
    public var contentHash: String

    /// Creates the description of a clip; ``SweepClip`` computes the hash.
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

  /// Machine that computed the results.
  public struct Machine: Codable, Equatable, Sendable {
    /// Name of the processor, `unknown` if the system does not state it.
    public var processor: String
    /// Number of processor cores of the machine that are online.
    public var cores: Int
    /// Instruction set of the kernels, such as `avx2`.
    public var instructionSet: String

    /// Creates the description of a machine from its properties.
    public init(processor: String, cores: Int, instructionSet: String) {
      self.processor = processor
      self.cores = cores
      self.instructionSet = instructionSet
    }

    /// Key that earlier versions wrote for `instructionSet`; reading accepts it (`formats/sweep-report.md`).
    private enum FormerKey: String, CodingKey {
      case kernelLevel
    }

    /// Reads the description of a machine, also as earlier versions wrote it.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      processor = try values.decode(String.self, forKey: .processor)
      cores = try values.decode(Int.self, forKey: .cores)
      instructionSet =
        try values.decodeIfPresent(String.self, forKey: .instructionSet)
        ?? decoder.container(keyedBy: FormerKey.self).decode(String.self, forKey: .kernelLevel)
    }
  }

  /// Embedding on which Fréchet distances are computed.
  public struct Embedding: Codable, Equatable, Sendable {
    /// Name of the embedding: `codec`, `vggish`, or the user's name for a command.
    public var name: String
    /// Identifier of the network that makes the embedding, such as `dac:` and the codec's identity.
    public var source: String
    /// Number of values of one embedding; 0 before embeddings are computed and where no original has an embedding.
    public var dimension: Int
    /// Number of embeddings of the originals, or of the clips behind the reference statistics. A condition has as many
    /// embeddings as the originals have without the clips that the condition leaves out.
    public var referenceCount: Int

    /// Creates the description of an embedding from its properties.
    public init(name: String, source: String, dimension: Int, referenceCount: Int) {
      self.name = name
      self.source = source
      self.dimension = dimension
      self.referenceCount = referenceCount
    }
  }

  /// Format name of `sweep.json`; readers refuse any other.
  public var format = "vampc-sweep"
  /// Format version of `sweep.json`; readers refuse any other.
  public var formatVersion = 1
  /// Command line that made the sweep; merged sweeps have a line for each shard.
  public var command: String
  /// Names of the presets, and of the grid file.
  public var presets: [String]
  /// Versions of the program and its libraries by name: `vampc`, `libopus`.
  public var versions: [String: String]
  /// Machine that computed the results; in merged results, the machine of the first shard.
  public var machine: Machine
  /// Models of the sweep, whether or not a condition names them.
  public var models: [UsedModel]
  /// Rule by which clips were cut from the files.
  public var selection: Selection
  /// Clips that were read, in the order of the folder.
  public var clips: [Clip]
  /// Conditions of the sweep, without repetitions, in the order of the tables.
  public var conditions: [SweepCondition]
  /// Embeddings on which Fréchet distances are computed, in the order of the tables.
  public var embeddings: [Embedding]

  /// Creates the description of a sweep from its properties.
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
