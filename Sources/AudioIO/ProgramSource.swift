import Signal
import SystemCalls

/// Source of the samples that the program `ffmpeg` decodes, for formats that no library reads here. ``rewind()`` starts
/// the program again.
final class ProgramSource: AudioSource {
  private let file: String
  private let program: String
  private let descriptor: OpenFile
  private let temporaryFolder: String
  private var running: RunningProgram
  private var samples: PCMSource
  private var hasEnded = false

  let isSeekable = true

  /// Containers that are read: those that hold sound themselves. Others may name further files, which a file from
  /// somewhere must not do.
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
    (running, samples) = try Self.start(program, file: file, descriptor, temporaryFolder)
  }

  var sampleRateHz: Int { samples.sampleRateHz }
  var channelCount: Int { samples.channelCount }
  var sampleCount: Int? { nil }
  var statedSampleCount: Int? { nil }
  var speakerLayout: SpeakerLayout? { samples.speakerLayout }
  var tags: [AudioTag] { samples.tags }
  var broadcastOrigin: BroadcastOrigin? { samples.broadcastOrigin }
  var formatDescription: String { "read through ffmpeg" }
  var helper: String? { "ffmpeg" }

  func read(upTo count: Int) throws -> DecodedPart? {
    guard !hasEnded else { return nil }
    if case .samples(let channels)? = try samples.read(upTo: count) { return .samples(channels) }
    hasEnded = true
    let status = running.wait()
    let message = Self.reason(running).map { "ffmpeg: " + $0 }
    if status != 0 { return .cutOff(expectedSampleCount: nil, reason: message ?? "ffmpeg: exit status \(status)") }
    return message.map { .lost(sampleCount: 0, reason: $0) }
  }

  func rewind() throws {
    (running, samples) = try Self.start(program, file: file, descriptor, temporaryFolder)
    hasEnded = false
  }

  private static func start(
    _ program: String, file: String, _ descriptor: OpenFile, _ temporaryFolder: String
  ) throws -> (RunningProgram, PCMSource) {
    // The open file, whatever its name is now, and no network.
    let arguments = [
      "-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file,pipe", "-format_whitelist", formats, "-i",
      "file:/proc/self/fd/3", "-map", "0:a:0", "-c:a", "pcm_f32le", "-fflags", "+bitexact", "-f", "wav", "pipe:1",
    ]
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

  /// Returns what the program says first, without the place in its memory; `nil` where it says nothing.
  private static func reason(_ running: RunningProgram) -> String? {
    guard let message = running.firstMessage() else { return nil }
    if message.contains("not on whitelist") { return "a format that holds no sound, or names other files" }
    // "[mov,mp4,m4a @ 0x55d9] moov atom not found", "file:/proc/self/fd/3: Invalid data found"
    let text = message.hasPrefix("[") ? message.drop { $0 != "]" }.dropFirst(2) : message[...]
    let input = "file:/proc/self/fd/3: "
    return String(text.hasPrefix(input) ? text.dropFirst(input.count) : text)
  }
}
