/// Returns the bytes of a safetensors file with any header and data.
func safetensorsBytes(header: String, data: [UInt8] = [], headerLength: UInt64? = nil) -> [UInt8] {
  withUnsafeBytes(of: (headerLength ?? UInt64(header.utf8.count)).littleEndian) { Array($0) } + header.utf8 + data
}

/// Returns the smallest safetensors header with one tensor.
func header(
  dtype: String = "F32", shape: String = "[2]", offsets: String = "[0,8]", name: String = "a"
) -> String {
  #"{"\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
}
