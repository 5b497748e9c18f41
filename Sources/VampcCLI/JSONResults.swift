/// JSON objects of a run's finished files, printed when the run ends.
final class JSONResults {
  private var objects: [JSONObject] = []
  private let jobs: [FileJob]

  /// Results of a run that has finished no file yet.
  ///
  /// - Parameter jobs: All files of the run.
  init(_ jobs: [FileJob]) { self.jobs = jobs }

  func add(_ object: JSONObject) { objects.append(object) }

  /// Prints the object of one finished file, or an array of the objects of none or several finished files.
  func end() {
    try? Console.result(
      objects.isEmpty ? "[]" : JSONObject.text(of: objects),
      standardOutputCarriesData: jobs.contains { $0.output == "-" })
  }
}
