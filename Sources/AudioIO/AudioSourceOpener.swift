import Bitstream
import Signal
import SystemCalls

/// Opener of audio inputs: recognises the format of an open file or pipe, and makes the decoder for it.
struct AudioSourceOpener {
  let file: String
  let temporaryFolder: String
  /// Path of `ffmpeg`; `nil` if the program must not be used.
  let ffmpegPath: String?

  /// Number of bytes by which a format is recognised: enough for several pages of an Ogg file.
  private static let peekByteCount = 8192
  /// Number of bytes by which WAV, W64 and AU are recognised.
  private static let magicByteCount = 16
  /// Message of libsndfile about an input whose format libsndfile does not know.
  private static let unknownFormat = "format not recognised"

  /// Opens the source of an input.
  ///
  /// - Parameters:
  ///   - descriptor: Open file or pipe.
  ///   - alreadyRead: Bytes of the input before the descriptor's next byte.
  ///   - raw: Format of samples without a header; `nil` for an input with a header.
  /// - Throws: ``AudioIOError``.
  func open(_ descriptor: OpenFile, alreadyRead: [UInt8] = [], raw: RawAudioFormat?) throws -> any AudioSource {
    if try reading({ () throws(SystemFailure) in try descriptor.kind() }) == .directory {
      throw AudioIOError.isDirectory(file: file)
    }
    let fileByteCount = alreadyRead.isEmpty ? byteCountOfFileAtItsBeginning(descriptor) : nil
    let stream = ByteStream(descriptor, alreadyRead: alreadyRead)
    if try reading({ () throws(SystemFailure) in try stream.peek(1).isEmpty }) { throw AudioIOError.empty(file: file) }
    if let raw { return rawSource(stream, raw, fileByteCount: fileByteCount) }
    let leadingTags = try reading { () throws(SystemFailure) in try Self.leadingTags(stream) }
    let startByteOffset = stream.position
    stream.startRecording()
    if let samples = try plainSamples(stream) {
      _ = stream.stopRecording()
      switch samples {
      case .pcm(var layout):
        layout.tags = AudioTag.firstOfEachSource([layout.tags, leadingTags])
        if layout.spareBitCount > 0 {
          let isLow = try reading { () throws(SystemFailure) in
            try SampleAlignment.isLow(layout, in: stream, isFile: fileByteCount != nil)
          }
          layout.align(low: isLow)
        }
        return try pcmSource(stream, layout, fileByteCount: fileByteCount)
      case .mpeg(let byteOffset, let byteCount, let tags):
        let end = byteCount.map { byteOffset.addingReportingOverflow($0) }
        return try mpegSource(
          stream, start: byteOffset, end: end.flatMap { $0.overflow ? nil : $0.partialValue },
          isSeekable: fileByteCount != nil, tags: tags + leadingTags)
      }
    }
    // Where bytes were consumed, they are the header of a WAV file with compressed samples, which is no MPEG stream.
    if stream.position == startByteOffset, try isMPEG(stream) {
      _ = stream.stopRecording()
      return try mpegSource(
        stream, start: startByteOffset, end: nil, isSeekable: fileByteCount != nil, tags: leadingTags)
    }
    let seekable = fileByteCount == nil ? try spool(stream) : descriptor
    do {
      return try decodedSource(seekable, startByteOffset: fileByteCount == nil ? 0 : startByteOffset)
    } catch AudioIOError.notAudio(_, let reason) {
      let start = try reading { () throws(SystemFailure) in
        try seekable.bytes(in: 0..<KnownFormat.recognisedByteCount)
      }
      let known = KnownFormat(start)
      guard let ffmpegPath else {
        guard let known else { throw AudioIOError.notAudio(file: file, reason: reason) }
        throw AudioIOError.otherFormat(
          file: file, format: known.name, reason: reason == Self.unknownFormat ? nil : reason,
          mayHoldSound: known.mayHoldSound)
      }
      do {
        return try ProgramSource(
          file: file, program: ffmpegPath, descriptor: seekable, temporaryFolder: temporaryFolder)
      } catch AudioIOError.refusedByProgram(let file, let program, let reason) where known != nil {
        throw AudioIOError.otherFormat(
          file: file, format: known?.name ?? "", reason: "\(program): \(reason)", mayHoldSound: false)
      }
    }
  }

  /// Consumes the ID3 tags in front of an input of any format, and returns their texts.
  private static func leadingTags(_ stream: ByteStream) throws(SystemFailure) -> [AudioTag] {
    var tags: [AudioTag] = []
    while let tag = MPEGTag(try stream.peek(MPEGTag.headerByteCount)), case .id3v2 = tag {
      tags += try tag.read(from: stream)
    }
    return tags
  }

  /// Returns whether the next bytes are MPEG audio.
  ///
  /// - Throws: ``AudioIOError/isStream(file:)`` for a stream of vampc.
  private func isMPEG(_ stream: ByteStream) throws -> Bool {
    let start = try reading { () throws(SystemFailure) in Array(try stream.peek(MPEGScanner.startByteCount)) }
    if start.starts(with: StreamFormat.sync) { throw AudioIOError.isStream(file: file) }
    // Pages and frames of other formats may hold bytes that look like MPEG frames.
    return !["OggS", "fLaC", "FORM", "caff", "RIFF", "RIFX", "wvpk"].contains { start.starts(with: Array($0.utf8)) }
      && MPEGScanner.begins(in: start)
  }

  /// Returns the length in bytes of a file that is open at its first byte, otherwise `nil`: a file from which bytes
  /// have been read is treated as a pipe.
  private func byteCountOfFileAtItsBeginning(_ descriptor: OpenFile) -> Int? {
    do throws(SystemFailure) {
      guard try descriptor.kind() == .regularFile, try descriptor.position() == 0 else { return nil }
      return try descriptor.byteCount()
    } catch {
      return nil
    }
  }

  private func rawSource(_ stream: ByteStream, _ raw: RawAudioFormat, fileByteCount: Int?) -> PCMSource {
    let layout = PCMLayout(
      encoding: raw.encoding, sampleRateHz: raw.sampleRateHz, channelCount: raw.channelCount,
      speakerLayout: .usual(channelCount: raw.channelCount), dataByteOffset: 0,
      dataByteCount: nil, container: "raw")
    return PCMSource(file: file, stream: stream, layout: layout, fileByteCount: fileByteCount)
  }

  private func pcmSource(_ stream: ByteStream, _ layout: PCMLayout, fileByteCount: Int?) throws -> PCMSource {
    guard let fileByteCount else { return PCMSource(file: file, stream: stream, layout: layout, fileByteCount: nil) }
    let end = try reading { () throws(SystemFailure) in
      let end =
        layout.statedSize == nil ? nil : try WavEnd(of: layout, fileByteCount: fileByteCount, stream: stream)
      try stream.seek(to: layout.dataByteOffset)
      return end
    }
    return PCMSource(file: file, stream: stream, layout: layout, fileByteCount: fileByteCount, end: end)
  }

  private func mpegSource(
    _ stream: ByteStream, start: Int, end: Int?, isSeekable: Bool, tags: [AudioTag]
  ) throws -> MPEGSource {
    try MPEGSource(
      file: file, stream: stream,
      byteRange: MPEGSource.MPEGByteRange(start: start, end: end, isSeekable: isSeekable), leadingTags: tags,
      temporaryFolder: temporaryFolder)
  }

  /// Reads the header of WAV, W64 or AU and stops at the first sample; returns `nil` for other formats and for coded
  /// samples that libsndfile may decode.
  ///
  /// - Throws: ``AudioIOError``: `.notAudio` for a malformed header, or `.readFailed`.
  private func plainSamples(_ stream: ByteStream) throws -> WavHeader.Samples? {
    let start = try reading { () throws(SystemFailure) in Array(try stream.peek(Self.magicByteCount)) }
    let isAu = start.starts(with: Array(".snd".utf8))
    let isWav =
      ["RIFF", "RIFX", "RF64", "BW64"].contains { start.starts(with: Array($0.utf8)) }
      && start.dropFirst(8).starts(with: Array("WAVE".utf8))
    let isW64 = W64Header.begins(start)
    guard isAu || isWav || isW64 else { return nil }
    do throws(HeaderFailure) {
      if isAu { return .pcm(try AuHeader.read(from: stream)) }
      return isW64 ? .pcm(try W64Header.read(from: stream)) : try WavHeader.read(from: stream)
    } catch {
      switch error {
      case .system(let failure): throw AudioIOError.readFailed(file: file, atSample: 0, reason: failure.reason)
      case .malformed(let reason): throw AudioIOError.notAudio(file: file, reason: reason)
      case .notPlainPCM: return nil
      }
    }
  }

  /// Opens a format that a library decodes, from a byte of a seekable file on.
  ///
  /// - Throws: ``AudioIOError``; `.notAudio` where no library can read the file.
  private func decodedSource(_ descriptor: OpenFile, startByteOffset: Int) throws -> any AudioSource {
    let file = file
    let (start, byteRange) = try reading { () throws(SystemFailure) in
      try descriptor.seek(startByteOffset)
      let start = try descriptor.read(upTo: Self.peekByteCount)
      return (start, startByteOffset..<max(startByteOffset, try descriptor.byteCount()))
    }
    guard start.starts(with: Array("OggS".utf8)) else {
      let isFlac = start.starts(with: Array("fLaC".utf8))
      let moreTags = try reading { () throws(SystemFailure) in
        AiffTags.begins(start) ? try AiffTags.tags(of: descriptor, in: byteRange) : []
      }
      return try DecodedSource(file: file, links: [OggLink(byteRange: byteRange)], moreTags: moreTags) { ranges in
        if isFlac { return try FlacDecoder(file: file, descriptor: descriptor, byteRanges: ranges, isOgg: false) }
        return try SndfileDecoder(file: file, descriptor: descriptor, byteRanges: ranges)
      }
    }
    let links = try reading { () throws(SystemFailure) in
      let stream = ByteStream(descriptor)
      try stream.seek(to: byteRange.lowerBound)
      return try OggPages.links(of: stream)
    }
    if OggPages.begins(start[...], with: .opus) {
      return try DecodedSource(file: file, links: links) { ranges in
        try OpusDecoder(file: file, descriptor: descriptor, byteRanges: ranges)
      }
    }
    if OggPages.begins(start[...], with: .flac) {
      return try DecodedSource(file: file, links: links.map(\.joined)) { ranges in
        try FlacDecoder(file: file, descriptor: descriptor, byteRanges: ranges, isOgg: true)
      }
    }
    let comments = try reading { () throws(SystemFailure) in
      let stream = ByteStream(descriptor)
      try stream.seek(to: byteRange.lowerBound)
      return try OggPages.vorbisTags(of: stream)
    }
    return try DecodedSource(file: file, links: links, comments: comments) { ranges in
      try SndfileDecoder(file: file, descriptor: descriptor, byteRanges: ranges)
    }
  }

  /// Copies a pipe to a nameless temporary file, for decoders that seek.
  ///
  /// - Throws: ``AudioIOError``: `.unsupported` for compressed samples behind a header of more than 1 MiB, or
  ///   `.cannotOpen`.
  private func spool(_ stream: ByteStream) throws -> OpenFile {
    // The header was consumed before the samples turned out to be compressed.
    guard let consumed = stream.stopRecording() else {
      throw AudioIOError.unsupported(file: file, what: "compressed samples behind a long header in a pipe")
    }
    do throws(SystemFailure) {
      let spool = try OpenFile(temporaryIn: temporaryFolder)
      try spool.write(consumed)
      try stream.copyRest(to: spool)
      try spool.seek(0)
      return spool
    } catch {
      throw AudioIOError.cannotOpen(
        file: file, reason: "copying the pipe to a temporary file in \(temporaryFolder): \(error.reason)")
    }
  }

  private func reading<Result>(_ body: () throws(SystemFailure) -> Result) throws -> Result {
    do throws(SystemFailure) {
      return try body()
    } catch {
      throw AudioIOError.readFailed(file: file, atSample: 0, reason: error.reason)
    }
  }
}
