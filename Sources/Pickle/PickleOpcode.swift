/// Opcode of the pickle protocols 0 to 5, named as in Python's `pickletools`.
///
/// Source: CPython, `Lib/pickle.py` and `Lib/pickletools.py`.
enum PickleOpcode: UInt8 {
  // Supported opcodes.
  case mark = 0x28  // (
  case stop = 0x2E  // .
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2
  case float = 0x46  // F
  case int = 0x49  // I
  case binint = 0x4A  // J
  case binint1 = 0x4B  // K
  case long = 0x4C  // L
  case binint2 = 0x4D  // M
  case none = 0x4E  // N
  case binpersid = 0x51  // Q
  case reduce = 0x52  // R
  case unicode = 0x56  // V
  case binunicode = 0x58  // X
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c
  case dict = 0x64  // d
  case emptyDict = 0x7D  // }
  case appends = 0x65  // e
  case get = 0x67  // g
  case binget = 0x68  // h
  case longBinget = 0x6A  // j
  case list = 0x6C  // l
  case emptyList = 0x5D  // ]
  case put = 0x70  // p
  case binput = 0x71  // q
  case longBinput = 0x72  // r
  case setitem = 0x73  // s
  case tuple = 0x74  // t
  case emptyTuple = 0x29  // )
  case setitems = 0x75  // u
  case binfloat = 0x47  // G
  case proto = 0x80
  case newobj = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newtrue = 0x88
  case newfalse = 0x89
  case long1 = 0x8A
  case long4 = 0x8B
  case binbytes = 0x42  // B
  case shortBinbytes = 0x43  // C
  case shortBinunicode = 0x8C
  case binunicode8 = 0x8D
  case binbytes8 = 0x8E
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95
  case bytearray8 = 0x96

  // Refused opcodes.
  case persid = 0x50  // P
  case string = 0x53  // S
  case binstring = 0x54  // T
  case shortBinstring = 0x55  // U
  case inst = 0x69  // i
  case obj = 0x6F  // o
  case ext1 = 0x82
  case ext2 = 0x83
  case ext4 = 0x84
  case emptySet = 0x8F
  case additems = 0x90
  case frozenset = 0x91
  case newobjEx = 0x92
  case nextBuffer = 0x97
  case readonlyBuffer = 0x98

  /// Name as Python's documentation spells it.
  var name: String {
    switch self {
    case .duplicate: "DUP"
    case .emptyList: "EMPTY_LIST"
    case .emptyTuple: "EMPTY_TUPLE"
    case .emptyDict: "EMPTY_DICT"
    case .emptySet: "EMPTY_SET"
    case .popMark: "POP_MARK"
    case .longBinget: "LONG_BINGET"
    case .longBinput: "LONG_BINPUT"
    case .shortBinbytes: "SHORT_BINBYTES"
    case .shortBinunicode: "SHORT_BINUNICODE"
    case .shortBinstring: "SHORT_BINSTRING"
    case .stackGlobal: "STACK_GLOBAL"
    case .newobjEx: "NEWOBJ_EX"
    case .nextBuffer: "NEXT_BUFFER"
    case .readonlyBuffer: "READONLY_BUFFER"
    default: "\(self)".uppercased()
    }
  }
}
