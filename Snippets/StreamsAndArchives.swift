// Reading, trimming and repairing streams; keeping many of them in an archive.

import Vampc

let library = ModelLibrary(folders: ["models"])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
let audio = try AudioReader(path: "song.opus").readAll()

// snippet.live
let live = EncoderSettings(rate: .bitrateBps(2_000), latencySeconds: 1)
let stream = try VampcEncoder(model, settings: live).encode(audio)

// snippet.events
var reader = StreamReader(stream, policy: .lenient)
while let event = try reader.next() {
  switch event {
  case .header(let header): print("\(header.sourceSampleRateHz) Hz, codec \(header.codecHash)")
  case .block(let block): print("frames \(block.frames), \(block.keptTokenCount) tokens")
  case .trailer(let trailer): print("\(trailer.sampleCount) samples")
  case .damage(let damage): print("damage at bytes \(damage.byteRange): \(damage.reason)")
  }
}
print("\(reader.statistics.payloadByteCount) bytes of tokens")

// snippet.trim
var trimmed: [UInt8] = []
_ = try StreamTrimmer(codebookCount: 2).trim(source: stream.source(from: 0)) { trimmed += $0 }

// snippet.repair
var damaged = stream
damaged[damaged.count / 2] ^= 1
var repaired: [UInt8] = []
let repair = try StreamRepairer.repair(source: damaged.source(from: 0)) { repaired += $0 }
for fault in repair.damage { print(fault.reason) }

// snippet.append
guard let start = ArchiveTime(rfc3339: "2026-11-23T17:27:21+01:00") else { fatalError("no time of RFC 3339") }
let writer = try ArchiveWriter(path: "radio.vampa")
try writer.begin(name: "monday", start: start)
try writer.append(stream)
_ = try writer.finish()

// snippet.find
let archive = try ArchiveReader(ArchiveFile(reading: "radio.vampa").bytes())
var recordings = try archive.recordings()
while let recording = try recordings.next() {
  print("\(recording.name) from \(recording.start), \(recording.durationSeconds) s")
}

// snippet.excerpt
if let monday = try archive.recording(named: "monday") {
  let second = monday.start.microseconds + 1_000_000..<monday.start.microseconds + 2_000_000
  var excerpt: [UInt8] = []
  _ = try archive.excerpt(of: monday, in: second) { excerpt += $0 }
  let heard = try VampcDecoder(library: library).decode(excerpt)
  print("\(heard.sampleCount) samples")
}
