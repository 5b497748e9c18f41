import Foundation
import FuzzTargets
import Testing

/// Tests of all inputs that fuzzing kept, those that once broke a promise included.
@Suite struct FuzzCorpusTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures/fuzz")

  @Test(arguments: FuzzTarget.all.map(\.name)) func everyInputOfTheCorpusPasses(targetName: String) throws {
    let target = try #require(FuzzTarget.named(targetName))
    let folder = Self.folder.appending(path: targetName)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names.count > 20)
    for name in names {
      let input = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      #expect(throws: Never.self, "\(targetName)/\(name)") { try target.check(input) }
    }
  }

  @Test func everyCorpusHasItsTarget() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0 != "README.md" }
    #expect(folders.sorted() == FuzzTarget.all.map(\.name).sorted())
  }

  @Test func targetNamesAreUnique() {
    #expect(Set(FuzzTarget.all.map(\.name)).count == FuzzTarget.all.count)
    #expect(FuzzTarget.named("nothing") == nil)
  }
}
