/// Results of a run as JSON, printed when the run ends.
final class JSONResults {
  private var objects: [JSONObject] = []
  private let jobs: [FileJob]

  /// Results of a run that has finished no file yet.
  ///
  /// - Parameter jobs: All files of the run.
  init(_ jobs: [FileJob]) { self.jobs = jobs }

  func add(_ object: JSONObject) { objects.append(object) }

  /// Prints an object, or an array for several files.
  func end() {
    try? Console.result(
      objects.isEmpty ? "[]" : JSONObject.text(of: objects),
      standardOutputCarriesData: jobs.contains { $0.output == "-" })
  }
}
