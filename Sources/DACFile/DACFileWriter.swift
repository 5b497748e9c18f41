import NumPy
import Pickle
import Tokens

/// Writer of `.dac` files that DAC's tool loads (`formats/dac-file.md`, section 6).
public struct DACFileWriter: Sendable {
  /// Creates a writer, which has no settings.
  public init() {}

  /// Encodes a whole file.
  ///
  /// - Precondition: the codes have less than 1 GiB, at two bytes a code.
  public func bytes(of recording: DACRecording) -> [UInt8] {
    var pickle = PickleWriter()
    array(into: &pickle, shape: [], type: ("O8", "|", alignmentFlags: 63)) { content in
      content.list { list in list.dictionary { self.write(recording, into: &$0) } }
    }
    return NumPyHeader.bytes(type: "|O", shape: []) + pickle.finished()
  }

  private func write(_ recording: DACRecording, into pickle: inout PickleWriter) {
    pickle.text("codes")
    let shape = [recording.channels.count, recording.codebookCount, recording.frameCount]
    array(into: &pickle, shape: shape, type: ("u2", "<", alignmentFlags: 0)) { content in
      var codes: [UInt8] = []
      codes.reserveCapacity(2 * shape.reduce(1, *))
      for channel in recording.channels {
        for token in channel.tokens {
          codes.append(UInt8(token & 0xFF))
          codes.append(UInt8(token >> 8))
        }
      }
      content.bytes(codes)
    }
    pickle.text("metadata")
    pickle.dictionary { metadata in
      metadata.text("input_db")
      self.array(into: &metadata, shape: [1], type: ("f4", "<", alignmentFlags: 0)) { content in
        content.bytes(withUnsafeBytes(of: Float(recording.inputLoudnessLUFS).bitPattern.littleEndian) { Array($0) })
      }
      for (key, value) in [
        ("original_length", recording.originalSampleCount), ("sample_rate", recording.sampleRateHz),
        ("chunk_length", recording.windowFrameCount), ("channels", recording.channels.count),
      ] {
        metadata.text(key)
        metadata.integer(value)
      }
      metadata.text("padding")
      metadata.bool(recording.isPadded)
      metadata.text("dac_version")
      metadata.text(DACFileFormat.version)
    }
  }

  /// Writes an array as NumPy pickles it (`ndarray.__reduce__`, `dtype.__reduce__`).
  ///
  /// - Parameters:
  ///   - pickle: Writer that receives the array.
  ///   - shape: Sizes of the axes; empty for a single element.
  ///   - type: Name, byte order and flags of the elements. The flags are 63 for Python objects and 0 for numbers.
  ///   - content: Closure that writes the elements: a byte string, or a list of Python objects.
  private func array(
    into pickle: inout PickleWriter, shape: [Int], type: (name: String, order: String, alignmentFlags: Int),
    content: (inout PickleWriter) -> Void
  ) {
    pickle.object(DACFileFormat.reconstruct) { arguments in
      arguments.global(DACFileFormat.array)
      arguments.tuple { $0.integer(0) }
      arguments.bytes(Array("b".utf8))
    } state: { state in
      state.tuple { state in
        state.integer(1)
        state.tuple { sizes in for size in shape { sizes.integer(size) } }
        state.object(DACFileFormat.elementType) { arguments in
          arguments.text(type.name)
          arguments.bool(false)
          arguments.bool(true)
        } state: { typeState in
          typeState.tuple { typeState in
            typeState.integer(3)
            typeState.text(type.order)
            for _ in 0..<3 { typeState.none() }
            for number in [-1, -1, type.alignmentFlags] { typeState.integer(number) }
          }
        }
        state.bool(false)
        content(&state)
      }
    }
  }
}
