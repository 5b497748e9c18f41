// Encoding a recording, decoding the stream, and the same with pipes and files.

// snippet.import
import Vampc

// snippet.model
let library = ModelLibrary(folders: ["models"])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())

// snippet.encode
let audio = try AudioReader(path: "song.opus").readAll()
let encoder = try VampcEncoder(model, settings: EncoderSettings(rate: .bitrateBps(500)))
let stream = try encoder.encode(audio)

// snippet.decode
let decoder = VampcDecoder(library: library)
let decoded = try decoder.decode(stream)
try AudioWriter.write(decoded, asFloatWAV: "song.wav")

// snippet.segment
let segment = try decoder.decode(stream, range: TimeRange(startSeconds: 1, endSeconds: 2))

// snippet.chunks
var chunks: [[UInt8]] = []
let report = try encoder.encode(
  AudioReader(path: "song.opus"), write: { chunks.append($0) },
  progress: { progress in
    if progress.doneSeconds > 3_600 { throw CancellationError() }
  })

// snippet.output
var waiting = chunks.makeIterator()
_ = try decoder.decode(
  source: { waiting.next() ?? [] },
  makeOutput: { header in
    BufferOutput(sampleRateHz: header.sourceSampleRateHz, channelCount: header.codedChannelCount)
  },
  notice: { notice in print(notice) })
// snippet.end

print("\(stream.count) bytes, \(report.durationSeconds) s, \(segment.sampleCount) samples of the segment")
