import ArgumentParser
import AudioIO
import Foundation
import Signal
import SystemCalls
import VampcKit

/// Command `vampc beats`.
struct BeatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "beats",
    abstract: "Find the beats of a recording.",
    discussion: """
      EXAMPLES
        vampc beats song.flac                    print one time in seconds a line
        vampc beats --downbeats song.flac        print the first beat of each bar
        vampc beats --onsets song.flac           print where notes begin
        vampc beats --json song.flac             print tempo, beats, bars, onsets
        vampc beats --click check.wav song.flac  write a click at every beat
        vampc beats song.flac > beats.txt        write the beats to a file
        vampc encode -b 50 --keep-times beats.txt song.flac
                                                 keep the frames at these beats

      The tempo may change. Half or double the tempo may be found below 70 and above
      160 beats a minute. Bars are a guess from accents.
      """)

  @Flag(help: "Print the first beat of each bar.")
  var downbeats = false

  @Flag(help: "Print the onsets instead of the beats.")
  var onsets = false

  @Flag(help: "Print JSON: tempo in beats a minute, beats of a bar, times in seconds.")
  var json = false

  @Option(
    help: ArgumentHelp("Also write the recording with a click at every printed time, 16 bit.", valueName: "file"),
    completion: .file())
  var click: String?

  @Flag(name: .shortAndLong, help: "Overwrite an existing file of --click.")
  var force = false

  @Argument(help: "Audio file; - is standard input.", completion: .file())
  var input: String

  func validate() throws {
    if downbeats, onsets { throw ValidationError("--downbeats and --onsets exclude each other") }
    if let click {
      if input == "-" { throw ValidationError("--click reads the input twice: it needs a file, not -") }
      if click == "-" || AudioContainer(path: click) == nil {
        throw ValidationError("'\(click)' has no extension of a known audio format")
      }
    }
  }

  func run() throws {
    try InputLoop.run(input) {
      let reader = try BeatsAudio.reader(of: input)
      FFmpeg.mention(reader, as: InputLoop.displayName(input))
      let audio = try BeatsAudio.read(reader)
      let beats = BeatTracker.beatSeconds(in: audio)
      let metre = Metre(of: beats, in: audio)
      let times =
        onsets ? OnsetDetector.onsetSeconds(in: audio) : downbeats ? metre.downbeats(of: beats) : beats
      if json {
        try Console.result(Self.json(beats, metre, onsets: OnsetDetector.onsetSeconds(in: audio)))
      } else {
        for time in times { try Console.result(Format.number(time, decimals: 3)) }
      }
      if let click { try writeClicks(at: times, to: click) }
      return .success
    }
  }

  private static func json(_ beats: [Double], _ metre: Metre, onsets: [Double]) -> String {
    var object = JSONObject()
    object.set("tempo_bpm", tempo(of: beats))
    object.set("beats_per_bar", beats.isEmpty ? nil : metre.beatsPerBar)
    object.set("beats_seconds", beats)
    object.set("downbeats_seconds", metre.downbeats(of: beats))
    object.set("onsets_seconds", onsets)
    return object.text
  }

  /// Tempo in beats a minute, from the median distance of successive beats; nil for fewer than two beats.
  ///
  /// - Parameter beats: Times of the beats in seconds, ascending.
  static func tempo(of beats: [Double]) -> Double? {
    let distances = zip(beats.dropFirst(), beats).map { $0 - $1 }.sorted()
    return distances.isEmpty ? nil : 60 / distances[distances.count / 2]
  }

  private func writeClicks(at times: [Double], to path: String) throws {
    let reader = try BeatsAudio.reader(of: input)
    let clicks = ClickTrack(times: times, sampleRateHz: reader.sampleRateHz)
    let file = try OutputFile(path: path, replaces: force, madeFrom: input)
    try file.complete { file in
      let writer = try AudioWriter(
        descriptor: file.descriptor, name: path, container: AudioContainer(path: path) ?? .wav, sampleFormat: .int16,
        sampleRateHz: reader.sampleRateHz, channelCount: reader.channelCount, tags: [])
      while let chunk = try reader.read(upTo: 65_536) {
        try Interruption.shared.check()
        try writer.write(clicks.added(to: chunk, from: reader.samplePosition - chunk.sampleCount))
      }
      try writer.finish()
    }
  }
}

/// Clicks of 20 ms at given times, which are added to audio of half its original amplitude.
struct ClickTrack {
  private let starts: [Int]
  private let click: [Float]

  private static let seconds = 0.02
  private static let frequencyHz = 1_500.0

  /// Clicks for audio of the given sample rate.
  ///
  /// - Parameters:
  ///   - times: Times of the clicks in seconds, ascending.
  ///   - sampleRateHz: Sample rate of the audio in Hz.
  init(times: [Double], sampleRateHz: Int) {
    starts = times.map { Int(($0 * Double(sampleRateHz)).rounded()) }
    let count = Int(Self.seconds * Double(sampleRateHz))
    click = (0..<count).map { index in
      let time = Double(index) / Double(sampleRateHz)
      return Float(0.5 * sin(2 * Double.pi * Self.frequencyHz * time) * exp(-time / (Self.seconds / 5)))
    }
  }

  /// Returns `audio` at half its amplitude, with the clicks that overlap with `audio`.
  ///
  /// - Parameter position: Number of the first sample of `audio`, counted from the beginning of the recording.
  func added(to audio: AudioBuffer, from position: Int) -> AudioBuffer {
    var result = audio
    for channel in result.channels.indices {
      for index in result.channels[channel].indices { result.channels[channel][index] *= 0.5 }
      for start in starts where start + click.count > position && start < position + audio.sampleCount {
        for index in click.indices where (position..<position + audio.sampleCount).contains(start + index) {
          result.channels[channel][start + index - position] += click[index]
        }
      }
    }
    return result
  }
}
