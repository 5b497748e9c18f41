// `import Vampc` gives users of the library every module whose types the library's interface names.
@_exported public import Archive
@_exported public import AudioIO
@_exported public import Bitstream
@_exported public import Kernels
@_exported public import ModelStore
@_exported public import Signal
@_exported public import Tokens
@_exported public import VampcKit
