import Archive
import AudioIO
import Bitstream
import DACFile
import Evaluation
import ExplainedErrors
import ModelImport
import ModelStore
import NumPy
import OpusBaseline
import Pickle
import Report
import Signal
import Sweep
import SystemCalls
import Testing
import VampNet
import VampcKit

/// Every case of every module's errors: its kind, from which the exit code follows, and what it is about.
@Suite struct ErrorKindTests {
  private static let path = "folder/file"

  /// Errors by the kind that they must have.
  private static let kinds: [(kind: ErrorKind, errors: [any ExplainedError])] = [
    (.failure, failures), (.usage, wrongUsages), (.badInput, badInputs + damagedModels),
    // As the shell has it for a program that SIGPIPE ended.
    (.interrupted(signal: 13), [ReplacingFileError.readerGone(path: path), AudioIOError.readerGone(file: path)]),
  ]

  private static let failures: [any ExplainedError] = [
    SystemFailure(code: 28),
    ReplacingFileError.exists(path: path), ReplacingFileError.isSource(path: path),
    ReplacingFileError.isDirectory(path: path), ReplacingFileError.cannotCreate(path: path, reason: ""),
    ReplacingFileError.writeFailed(path: path, reason: ""),
    AudioIOError.cannotOpen(file: path, reason: ""), AudioIOError.isDirectory(file: path),
    AudioIOError.readFailed(file: path, atSample: 0, reason: ""), AudioIOError.writeFailed(file: path, reason: ""),
    AudioIOError.notSeekable(file: path), AudioIOError.unsupportedOutput(file: path, what: ""),
    ArchiveError.cannotOpen(path: path, reason: ""), ArchiveError.readFailed(path: path, byteOffset: 0, reason: ""),
    ArchiveError.writeFailed(path: path, byteOffset: 0, reason: ""), ArchiveError.notAFile(path: path),
    ArchiveError.locked(path: path), ArchiveError.nameExists("a"), ArchiveError.noSuchName("a"), ArchiveError.full,
    BitstreamError.unencodable(field: "", value: 1, allowed: 0...0), BitstreamError.unencodableSampler,
    ModelError.cannotOpen(path: path, errorNumber: 2), ModelError.notARegularFile(path: path),
    ModelError.cannotMap(path: path, errorNumber: 2), ModelError.shortened(path: path, expected: 2, found: 1),
    ModelError.cannotWrite(path: path, errorNumber: 2),
    ModelError.modelNotFound(name: "a", searched: []), ModelError.codecNotFound(digest: "", searched: []),
    ModelError.invalidModelName(name: "/"), ModelError.noCodec(path: path), ModelError.noEmbedding(path: path),
    ModelError.partsDoNotFit(path: path, key: "", expected: 1, found: 2), ModelError.digestUnavailable,
    VampNetError.codebooksDoNotFit(path: path, expectedCount: 1, expectedSize: 1),
    SignalError.unsupportedSampleRate(hz: 1, allowed: 2...3), SignalError.unsupportedChannelCount(9, allowed: 1...2),
    SignalError.formatMismatch(channelCount: 1, sampleRateHz: 1, expectedChannelCount: 2, expectedSampleRateHz: 1),
    SignalError.libraryFailure(library: "soxr", reason: ""),
    ReportError.cannotWrite(file: path, reason: ""), ReportError.drawingFailed(name: "", reason: ""),
    ReportError.libraryFailed(library: "zlib"),
    OpusBaselineError.sampleRateNotSupported(foundHz: 1, requiredHz: 2),
    OpusBaselineError.channelCountNotSupported(found: 9, maximum: 2), OpusBaselineError.emptyAudio,
    OpusBaselineError.sampleNotFinite(channel: 0, sampleIndex: 0),
    OpusBaselineError.encodingFailed(code: 1, message: ""), OpusBaselineError.decodingFailed(code: 1),
    OpusBaselineError.lengthChanged(decodedSampleCount: 1, expectedSampleCount: 2),
    OpusBaselineError.silentStream(requestedBps: 1, realBps: 1),
    OpusBaselineError.rateExceeded(requestedBps: 1, realBps: 2),
    EvaluationError.channelCountsDiffer(degraded: 1, reference: 2),
    EvaluationError.sampleRatesDiffer(degradedHz: 1, referenceHz: 2),
    EvaluationError.sampleCountsDiffer(degraded: 1, reference: 2), EvaluationError.emptySignal,
    EvaluationError.sampleNotFinite(channel: 0, sampleIndex: 0),
    EvaluationError.tooFewEmbeddings(found: 0, minimum: 2),
    EvaluationError.embeddingWidthsDiffer(found: 1, expected: 2, row: 0), EvaluationError.embeddingNotFinite(row: 0),
    EvaluationError.dimensionOutOfRange(found: 0, allowed: 1...2),
    EvaluationError.embeddingsDiffer(found: "", expected: ""), EvaluationError.eigenvaluesNotFound(lapackInfo: 1),
    EvaluationError.tooFewValues(found: 0, minimum: 2), EvaluationError.valueCountsDiffer(first: 1, second: 2),
    EvaluationError.commandFailed(reason: ""),
    SweepError.cannotReadFolder(path: path, reason: ""), SweepError.noAudio(path: path),
    SweepError.settingsDiffer(path: path, other: "", what: ""), SweepError.cannotWrite(path: path, reason: ""),
    VampcError.tooManyChannels(found: 9, allowed: 2), VampcError.wrongCodec(stream: "", model: ""),
    VampcError.wrongGeometry(model: ""), VampcError.emptyRecording,
    VampcError.codecDoesNotFit(model: "", reason: ""), VampcError.noCodecFits(reasons: []),
    VampcError.severalCodecsFit([]),
    KeepRulesError.cannotRead(path: path, reason: ""),
    ImportError.missingArguments(path: path), ImportError.surplusConfiguration(path: path),
    ImportError.twoOfARole(path: path, other: "", role: .codec), ImportError.noCodec(paths: [path]),
    ImportError.embeddingNotAlone(path: path), ImportError.loraWithoutOption(path: path),
    ImportError.loraDoesNotFit(path: path, reason: ""),
    ImportError.valueOutOfRange(path: path, tensor: "", elementIndex: 0, storage: ""), ImportError.invalidName(""),
    ImportError.exists(path: path), ImportError.notAModelFolder(path: path, found: ""),
    ImportError.cannotReplace(path: path, errorNumber: 2),
  ]

  private static let wrongUsages: [any ExplainedError] = [
    AudioIOError.invalidRawFormat(text: "", reason: ""), ArchiveError.badName(""), ArchiveError.badTime,
    VampcError.windowTooShort(sampleCount: 1, lostSampleCount: 1),
    OpusBaselineError.bitrateOutOfRange(requestedBps: 1, minimumBps: 2, maximumBps: 3),
    OpusBaselineError.complexityOutOfRange(found: 11, maximum: 10),
    SweepError.unknownPreset(name: "", known: []), SweepError.nothingToDo,
    SweepError.doesNotFit(condition: "", model: "", reason: ""), SweepError.sameName(model: ""),
    VampcError.tooManyCodebooks(asked: 15, available: 14), VampcError.bitrateTooLow(askedBps: 1, lowestBps: 2),
    VampcError.rangeBeyondEnd(durationSeconds: 1), VampcError.periodNotMultiple(asked: 3, present: 2),
    KeepRulesError.tooManyCodebooks(found: 15, available: 14),
  ]

  private static let badInputs: [any ExplainedError] = [
    ReadingBudgetError.tooManyTokens(count: 2, byteCount: 1, allowedPerByte: 1),
    ReadingBudgetError.tooManyKeptTokens(count: 2, byteCount: 1, allowedPerByte: 1),
    DecodingBudgetError.channels(found: 2, allowed: 1), DecodingBudgetError.sampleRate(found: 2, allowed: 1),
    DecodingBudgetError.memory(needed: 2, allowed: 1), DecodingBudgetError.lost(seconds: 2, allowed: 1),
    DecodingBudgetError.expansion(seconds: 2, byteCount: 1, allowedPerByte: 1),
    AudioIOError.empty(file: path), AudioIOError.notAudio(file: path, reason: ""),
    AudioIOError.refusedByProgram(file: path, program: "ffmpeg", reason: ""), AudioIOError.isStream(file: path),
    AudioIOError.unsupported(file: path, what: ""),
    AudioIOError.otherFormat(file: path, format: "", reason: nil, mayHoldSound: false),
    AudioIOError.truncated(file: path, atSample: 0, expectedSampleCount: nil),
    AudioIOError.damaged(file: path, atSample: 0, reason: ""),
    ArchiveError.noIndex, ArchiveError.indexContradicts(name: "", byteOffset: 0),
    ArchiveError.inputIsArchive(byteOffset: 0), ArchiveError.strayStream(byteOffset: 0), ArchiveError.incomplete,
    BitstreamError.empty, BitstreamError.truncated(byteOffset: 0), BitstreamError.missingTrailer(byteOffset: 0),
    BitstreamError.missingSync(byteOffset: 0), BitstreamError.badRecordLength(byteCount: 0, byteOffset: 0),
    BitstreamError.badChecksum(stored: 0, computed: 1, byteOffset: 0),
    BitstreamError.unsupportedVersion(9, byteOffset: 0), BitstreamError.fieldBeyondRecord(field: "", byteOffset: 0),
    BitstreamError.badVarint(field: "", byteOffset: 0),
    BitstreamError.outOfRange(field: "", value: 1, allowed: 0...0, byteOffset: 0),
    BitstreamError.reserved(field: "", value: 1, byteOffset: 0), BitstreamError.trailingBytes(count: 1, byteOffset: 0),
    BitstreamError.badPadding(byteOffset: 0), BitstreamError.badDeflate(byteOffset: 0),
    BitstreamError.badText(field: "", byteOffset: 0), BitstreamError.missingStart(byteOffset: 0),
    BitstreamError.headerChanged(byteOffset: 0), BitstreamError.frameGap(expected: 1, found: 2, byteOffset: 0),
    BitstreamError.badTokenHash(stored: 0, computed: 1, byteOffset: 0), BitstreamError.strayTags(byteOffset: 0),
    PickleError.truncated(byteOffset: 0), PickleError.badText(byteOffset: 0), PickleError.unfinished(byteOffset: 0),
    NumPyError.notNumPy, NumPyError.malformedHeader(reason: ""), DACFileError.notNumPy,
    DACFileError.pickle(.truncated(byteOffset: 0)),
    EvaluationError.invalidStatistics(path: path, reason: ""),
    SweepError.invalidGrid(path: path, reason: ""), SweepError.notResults(path: path, reason: ""),
    SweepError.noClipReadable(path: path, reason: ""),
    VampcError.nothingToDecode,
    KeepRulesError.tooLarge(path: path, allowedByteCount: 1), KeepRulesError.notATime(path: path, line: 1, text: ""),
    KeepRulesError.commaInTime(path: path, line: 1, text: ""), KeepRulesError.notText(path: path),
    KeepRulesError.notAMask(path: path, reason: ""),
    ImportError.unknownFormat(path: path), ImportError.unsupportedFormat(path: path, format: "", remedy: ""),
    ImportError.truncatedArchive(path: path),
    ImportError.malformedArchive(path: path, entry: nil, reason: "", byteOffset: 0),
    ImportError.overlappingEntries(path: path, entry: "", byteOffset: 0),
    ImportError.unsupportedEntry(path: path, entry: "", feature: ""),
    ImportError.archiveExpandsTooMuch(path: path, byteCount: 2, allowed: 1),
    ImportError.checksumMismatch(path: path, entry: "", expected: 0, found: 1),
    ImportError.damagedEntry(path: path, entry: ""), ImportError.missingEntry(path: path, entry: ""),
    ImportError.pickle(path: path, entry: "", .truncated(byteOffset: 0)),
    ImportError.malformedCheckpoint(path: path, entry: "", reason: "", byteOffset: 0),
    ImportError.unsupportedStorage(path: path, tensor: "", type: ""),
    ImportError.tensorOutOfRange(path: path, tensor: "", reason: ""),
    ImportError.tooManyElements(path: path, byteCount: 2, allowed: 1), ImportError.malformedConfiguration(path: path),
    ImportError.unknownNetwork(path: path, tensors: []),
    ImportError.kindMismatch(path: path, metadata: "", tensors: ""), ImportError.notLoRA(path: path),
  ]

  private static let damagedModels: [any ExplainedError] = [
    ModelError.tooShort(path: path, byteCount: 3), ModelError.headerLengthOutOfRange(path: path, found: 0, allowed: 1),
    ModelError.malformedHeader(path: path, reason: ""), ModelError.duplicateKey(path: path),
    ModelError.unknownElementType(path: path, tensor: "", found: ""),
    ModelError.shapeOutOfRange(path: path, tensor: "", shape: []),
    ModelError.byteCountMismatch(path: path, tensor: "", expected: 1, found: 2),
    ModelError.tensorsNotContiguous(path: path, tensor: "", expectedByteOffset: 1, foundByteOffset: 2),
    ModelError.dataLengthMismatch(path: path, expected: 1, found: 2), ModelError.missingTensor(path: path, tensor: ""),
    ModelError.wrongShape(path: path, tensor: "", expected: [], found: []),
    ModelError.wrongElementType(path: path, tensor: "", found: ""),
    ModelError.nonFiniteValue(path: path, tensor: "", elementIndex: 0),
    ModelError.zeroWeightNorm(path: path, tensor: "", row: 0), ModelError.surplusTensors(path: path, tensors: []),
    ModelError.digestMismatch(path: path, tensor: ""), ModelError.missingMetadata(path: path, key: ""),
    ModelError.invalidMetadata(path: path, key: "", found: "", allowed: ""),
    ModelError.wrongKind(path: path, expected: "", found: ""),
    VampcError.invalidFrontier(path: path, reason: ""),
  ]

  @Test func everyErrorHasItsKind() {
    for (kind, errors) in Self.kinds {
      for error in errors { #expect(error.kind == kind, "\(error)") }
    }
  }

  @Test func descriptionsNameTheirFile() {
    for error in Self.kinds.flatMap(\.errors) {
      guard case .file(let name) = error.subject else { continue }
      #expect(error.description.hasPrefix(name + ": "), "\(error)")
    }
  }

  @Test func errorsThatHoldAPathSayThatTheyAreAboutIt() {
    for error in Self.kinds.flatMap(\.errors) where error.description.hasPrefix(Self.path + ": ") {
      #expect([.file(Self.path), .model(Self.path)].contains(error.subject), "\(error)")
    }
  }

  @Test func hintsArePhrases() {
    for error in Self.kinds.flatMap(\.errors) {
      guard let hint = error.hint, !hint.isEmpty else { continue }
      #expect(hint.first?.isUppercase == false && !hint.hasSuffix("."), "\(hint)")
    }
  }
}
