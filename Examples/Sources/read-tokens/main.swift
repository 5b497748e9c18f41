// Reads the tokens of a stream into arrays and prints which share of each codebook is kept.
//
//     read-tokens FILE.vampc

import Foundation
import Vampc

guard CommandLine.arguments.count == 2 else {
  FileHandle.standardError.write(Data("usage: read-tokens FILE.vampc\n".utf8))
  exit(64)
}
let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
var reader = StreamReader(bytes)
var keptCounts: [Int] = []
var frameCount = 0
while let event = try reader.next() {
  switch event {
  case .header(let header):
    keptCounts = [Int](repeating: 0, count: header.geometry.codebookCount)
    print("\(header.geometry.codebookCount) codebooks of \(header.geometry.codebookSize) entries")
  case .block(let block):
    frameCount += block.frameCount
    // Tokens of the first channel, [codebook, frame].
    let tokens = block.grids[0]
    for codebook in keptCounts.indices {
      let frames = block.mask.keptFrames(ofCodebook: codebook)
      keptCounts[codebook] += frames.count
      if let first = frames.first, codebook == 0 { print("first token: \(tokens[codebook, first])") }
    }
  case .trailer(let trailer): print("\(trailer.sampleCount) samples")
  case .damage(let damage): print("damaged: \(damage.reason)")
  }
}
for (codebook, count) in keptCounts.enumerated() {
  print("codebook \(codebook): \(count) of \(frameCount) tokens kept")
}
