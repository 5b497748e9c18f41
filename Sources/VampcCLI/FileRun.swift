import SystemCalls

/// Run of a command over its input files, which opens the outputs, reports failures, and continues with the next file.
struct FileRun {
  let options: FileOptions
  let plan: FilePlan
  private let inputIdentities: [FileIdentity]

  /// Plans the outputs of all inputs, and prints how many files are passed over or finished.
  ///
  /// - Parameters:
  ///   - options: Options for inputs and outputs.
  ///   - kind: File types that the command reads and writes.
  ///   - isQuiet: Whether nothing is printed about files that `-r` passes over and finished files.
  ///   - isFinished: Closure that says whether an earlier run has finished a job, which is then left out.
  /// - Throws: `ValidationError` where the options contradict each other; `TerminalError`.
  init(
    _ options: FileOptions, _ kind: FilePlan.Kind, isQuiet: Bool, isFinished: (FileJob) -> Bool = { _ in false }
  ) throws {
    self.options = options
    var plan = try FilePlan(options, kind)
    let finishedCount = plan.removeJobs(where: isFinished)
    self.plan = plan
    if finishedCount > 0, !isQuiet {
      Console.message("\(Format.count(finishedCount, "file")) finished by an earlier run")
    }
    for (folder, count) in isQuiet ? [] : plan.passedOver {
      Console.message("\(folder): \(Format.count(count, "file")) passed over, no \(kind.inputKind) by their names")
    }
    inputIdentities = plan.jobs.compactMap {
      FileIdentity(input: $0.input)
    }
    try TerminalError.refuse(
      input: plan.jobs.contains { $0.input == "-" }, output: plan.jobs.contains { $0.output == "-" })
  }

  /// Runs `work` for every file of the plan.
  ///
  /// - Throws: the worst `ExitStatus` of all files, unless this status is success.
  func run(_ work: (FileJob) throws -> ExitStatus) throws {
    let planned = try InputLoop.run(plan.failures, name: { _ in nil }) { throw $0 }
    let worked = try InputLoop.run(plan.jobs, name: \.inputName) { job in
      let status = try work(job)
      if options.removesInput, status == .success { try remove(job) }
      return status
    }
    try planned.worse(worked).end()
  }

  /// Passes the output file of a job to `body`, and gives the file its name when `body` has returned. An error of
  /// `body` removes the file.
  ///
  /// - Throws: errors of `body`; `ReplacingFileError`; `Interrupted` after a signal.
  func withOutput<Result>(of job: FileJob, _ body: (ReplacingFile) throws -> Result) throws -> Result {
    guard job.output != "-" else {
      return try OutputFile(standardOutputNamed: job.outputName).complete(body)
    }
    try makeFolder(of: job.output)
    return try OutputFile(
      path: job.output, replaces: options.force, madeFrom: job.input, sources: inputIdentities
    ).complete(body)
  }

  /// Creates the missing folders of an output where `-o` names a folder.
  ///
  /// - Throws: `ReplacingFileError.cannotCreate`.
  private func makeFolder(of path: String) throws {
    guard let output = options.output, output != path, let slash = path.lastIndex(of: "/") else { return }
    let folder = String(path[..<slash])
    guard !folder.isEmpty else { return }
    do throws(SystemFailure) { try FileName.makeFolders(folder) } catch {
      throw ReplacingFileError.cannotCreate(path: path, reason: "the folder \(folder) cannot be made")
    }
  }

  /// Removes the input of a job if both input and output are regular files: only then is the whole recording on the
  /// disk.
  ///
  /// - Throws: `FilePlanError.cannotRemove`.
  private func remove(_ job: FileJob) throws {
    for path in [job.output, job.input] where !Self.isRegularFile(path, followsLinks: path == job.output) {
      return Console.warning("\(job.inputName): kept in spite of --rm: \(path) is not a regular file")
    }
    do throws(SystemFailure) { try FileName.remove(job.input) } catch {
      throw FilePlanError.cannotRemove(path: job.input, reason: error.reason)
    }
  }

  private static func isRegularFile(_ path: String, followsLinks: Bool) -> Bool {
    (try? FileStatus(path: path, followsLinks: followsLinks))?.kind == .regularFile
  }
}

extension FileIdentity {
  /// Identity of an input, `-` for standard input; nil where no file exists.
  init?(input: String) {
    guard let status = FileStatus(input: input) else { return nil }
    self = status.identity
  }
}

extension FileStatus {
  /// Status of an input, `-` for standard input; nil where no file exists.
  init?(input: String) {
    let status =
      input == "-" ? try? FileStatus(descriptor: StandardStream.input.rawValue) : try? FileStatus(path: input)
    guard let status else { return nil }
    self = status
  }
}
