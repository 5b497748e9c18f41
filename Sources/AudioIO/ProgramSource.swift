import Signal
import SystemCalls

/// Source of the samples that the program `ffmpeg` decodes, for formats that no library reads here. ``rewind()`` starts
/// the program again.
final class ProgramSource: AudioSource {
  private let file: String
  private let program: String
  private let descriptor: OpenFile
  private let temporaryFolder: String
  /// Copy of a damaged WavPack file that the program reads; `nil` for other files.
  private let repair: WavPackRepair?
  /// Number of holes before ``samplePosition``.
  private var passedHoleCount = 0
  private var running: RunningProgram
  private var samples: PCMSource
  private var hasEnded = false
  private var samplePosition = 0
  /// Tags that the program lists, more than a WAV header can hold.
  let tags: [AudioTag]

  let isSeekable = true

  /// Formats that the program may read: only those that hold the sound themselves. A file of another format, such as a
  /// playlist, could make the program open further files.
  private static let formats =
    "aac,ac3,eac3,aiff,amr,ape,asf,avi,caf,dsf,dts,dtshd,flac,flv,iff,matroska,webm,mov,mp3,mp4,m4a,3gp,3g2,mj2,mlp,mpc,"
    + "mpc8,mpeg,mpegts,ogg,rm,shn,spdif,tak,truehd,tta,voc,w64,wav,wv,xwma"

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - program: Path of `ffmpeg`.
  ///   - descriptor: Open seekable file.
  ///   - temporaryFolder: Folder for the messages of the program.
  /// - Throws: ``AudioIOError``; `.refusedByProgram` where the program finds no sound either.
  init(file: String, program: String, descriptor: OpenFile, temporaryFolder: String) throws {
    self.file = file
    self.program = program
    self.descriptor = descriptor
    self.temporaryFolder = temporaryFolder
    do throws(SystemFailure) {
      let start = try descriptor.bytes(in: 0..<KnownFormat.recognisedByteCount)
      let isWavPack = KnownFormat.isWavPack(start)
      repair = isWavPack ? try WavPackRepair(descriptor, temporaryFolder: temporaryFolder) : nil
      statedSampleCount = isWavPack ? repair?.statedSampleCount ?? WavPackBlock(start)?.statedSampleCount : nil
    } catch {
      throw AudioIOError.readFailed(file: file, atSample: 0, reason: error.reason)
    }
    (running, samples) = try Self.start(program, file: file, repair?.file ?? descriptor, temporaryFolder)
    let listed = Self.listedTags(program, descriptor, temporaryFolder)
    tags = AudioTag.firstOfEachSource([listed, samples.tags])
  }

  var sampleRateHz: Int { samples.sampleRateHz }
  var channelCount: Int { samples.channelCount }
  var sampleCount: Int? { nil }
  /// Length that the blocks of a WavPack file state; `nil` for other formats.
  let statedSampleCount: Int?
  var speakerLayout: SpeakerLayout? { samples.speakerLayout }
  var broadcastOrigin: BroadcastOrigin? { samples.broadcastOrigin }
  var formatDescription: String { "read through ffmpeg" }
  var helper: String? { "ffmpeg" }

  func read(upTo count: Int) throws -> DecodedPart? {
    guard !hasEnded else { return nil }
    let hole = repair?.holes.dropFirst(passedHoleCount).first
    if let hole, hole.samples.lowerBound <= samplePosition {
      passedHoleCount += 1
      samplePosition += hole.samples.count
      return .lost(sampleCount: hole.samples.count, reason: hole.reason)
    }
    let allowed = min(count, (hole?.samples.lowerBound ?? .max) - samplePosition)
    if case .samples(let channels)? = try samples.read(upTo: allowed) {
      samplePosition += channels[0].count
      return .samples(channels)
    }
    hasEnded = true
    let status = running.wait()
    let message = Self.reason(running).map { "ffmpeg: " + $0 }
    let endsEarly = (message != nil || repair != nil) && samplePosition < statedSampleCount ?? 0
    if status != 0 || endsEarly {
      let reason = message ?? (status == 0 ? nil : "ffmpeg: exit status \(status)")
      return .cutOff(expectedSampleCount: statedSampleCount, reason: reason)
    }
    return message.map { .damagedSomewhere(reason: $0) }
  }

  func rewind() throws {
    (running, samples) = try Self.start(program, file: file, repair?.file ?? descriptor, temporaryFolder)
    hasEnded = false
    (samplePosition, passedHoleCount) = (0, 0)
  }

  /// Arguments that make the program read the open file by its descriptor, and use no network.
  private static let inputArguments = [
    "-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file,pipe", "-format_whitelist", formats, "-i",
    "file:/proc/self/fd/3",
  ]

  /// Arguments that put silence in place of packets that are missing, by the time stamps. AVI has none. The stamps of
  /// WavPack are exact, so that holes of any length are filled.
  private static func holeArguments(_ start: [UInt8]) -> [String] {
    if start.dropFirst(8).starts(with: "AVI ".utf8) { return [] }
    return ["-af", "aresample=async=1" + (start.starts(with: WavPackBlock.firstBytes) ? ":min_hard_comp=0.001" : "")]
  }

  /// Arguments in front of the input that let the program drop damaged blocks of WavPack. Other decoders drop them anyway.
  private static func checkArguments(_ start: [UInt8]) -> [String] {
    start.starts(with: WavPackBlock.firstBytes) ? ["-err_detect", "crccheck"] : []
  }

  /// Returns the tags that the program lists; none where the program fails.
  private static func listedTags(
    _ program: String, _ descriptor: OpenFile, _ temporaryFolder: String
  ) -> [AudioTag] {
    do throws(SystemFailure) {
      let running = try RunningProgram(
        program, arguments: inputArguments + ["-f", "ffmetadata", "pipe:1"], file: descriptor,
        temporaryFolder: temporaryFolder)
      return FFmpegMetadata.tags(in: try ByteStream(running.output).read(FFmpegMetadata.largestByteCount))
    } catch {
      return []
    }
  }

  private static func start(
    _ program: String, file: String, _ descriptor: OpenFile, _ temporaryFolder: String
  ) throws -> (RunningProgram, PCMSource) {
    let start = (try? descriptor.bytes(in: 0..<WavPackBlock.headerByteCount)) ?? []
    let arguments =
      checkArguments(start) + inputArguments + ["-map", "0:a:0"] + holeArguments(start)
      + ["-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "pipe:1"]
    let running: RunningProgram
    do throws(SystemFailure) {
      running = try RunningProgram(
        program, arguments: arguments, file: descriptor, temporaryFolder: temporaryFolder)
    } catch {
      throw AudioIOError.cannotOpen(file: file, reason: "starting \(program): \(error.reason)")
    }
    let stream = ByteStream(running.output)
    do throws(HeaderFailure) {
      guard case .pcm(let layout) = try WavHeader.read(from: stream) else { throw .notPlainPCM("MPEG audio") }
      return (running, PCMSource(file: file, stream: stream, layout: layout, fileByteCount: nil))
    } catch {
      let status = running.wait()
      throw AudioIOError.refusedByProgram(
        file: file, program: "ffmpeg", reason: reason(running) ?? "exit status \(status)")
    }
  }

  /// Returns the first message of the program without memory address and file name; `nil` where the program wrote none.
  private static func reason(_ running: RunningProgram) -> String? {
    guard let message = running.firstMessage() else { return nil }
    if message.contains("not on whitelist") { return "a format that holds no sound, or names other files" }
    // Examples: "[mov,mp4,m4a @ 0x55d9] moov atom not found", "file:/proc/self/fd/3: Invalid data found"
    let text = message.hasPrefix("[") ? message.drop { $0 != "]" }.dropFirst(2) : message[...]
    let input = "file:/proc/self/fd/3: "
    let reason = text.hasPrefix(input) ? text.dropFirst(input.count) : text
    return String(reason.hasSuffix(".") ? reason.dropLast() : reason)
  }
}
