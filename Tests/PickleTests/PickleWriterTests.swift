import Pickle
import Testing

struct PickleWriterTests {
  @Test func readsBackWhatItWrites() throws {
    let call = PickleGlobal(module: "numpy", name: "dtype")
    var writer = PickleWriter()
    writer.object(call) { arguments in
      arguments.text("é")
      arguments.none()
    } state: { state in
      state.dictionary { entries in
        entries.text("numbers")
        entries.list { list in for value in [0, -1, Int(Int32.min), Int.max, Int.min] { list.integer(value) } }
        entries.integer(7)
        entries.tuple { tuple in
          tuple.bool(true)
          tuple.bytes([1, 2, 3])
        }
      }
    }
    let bytes = writer.finished()
    let document = try PickleReader(allowing: [call]).read(bytes)
    #expect(document.endOffset == bytes.count)
    let object = try #require(document.root.object)
    #expect(object.global == call)
    #expect(object.arguments.first?.text == "é" && object.arguments.last?.isNone == true)
    let state = try #require(object.state?.dictionary)
    #expect(state["numbers"]?.list?.map(\.integer) == [0, -1, Int(Int32.min), Int.max, Int.min])
    #expect(state[1].key.integer == 7)
    #expect(state[1].value.tuple?.first?.bool == true)
    #expect(state[1].value.tuple?.last?.bytes.map(Array.init) == [1, 2, 3])
  }
}
