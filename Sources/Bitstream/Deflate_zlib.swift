import CZlib

/// Compressor of byte arrays, each to a raw deflate stream of its own (RFC 1951).
package final class Deflater {
  // The stream is on the heap, because zlib's state points back at it.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  package init() {
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    // The arguments are constants: only a wrong zlib or lack of memory, where Swift traps too, fails here.
    precondition(status == Z_OK, "zlib refuses to start")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Returns the deflated form of `bytes`; `nil` if this form takes more than `limit` bytes, or if `bytes` has more
  /// than 2²¹ bytes.
  package func deflate(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
    guard limit > 0, bytes.count <= StreamLimits.blockTokenCount * 2 else { return nil }
    precondition(deflateReset(stream) == Z_OK, "zlib refuses to restart")
    var input = bytes
    var output = [UInt8](repeating: 0, count: limit)
    let inputCount = bytes.count
    let (status, count) = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = source.baseAddress
        stream.pointee.avail_in = uInt(inputCount)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = uInt(limit)
        let status = CZlib.deflate(stream, Z_FINISH)
        return (status, limit - Int(stream.pointee.avail_out))
      }
    }
    guard status == Z_STREAM_END else { return nil }
    output.removeLast(limit - count)
    return output
  }
}

/// Decompressor of raw deflate streams (RFC 1951) from untrusted input.
package final class Inflater {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  package init() {
    stream.initialize(to: z_stream())
    let status = inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refuses to start")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Returns the `byteCount` bytes that `bytes` inflate to.
  ///
  /// - Returns: `nil` if `bytes` are invalid, give more or fewer bytes than `byteCount`, extend beyond the end of the
  ///   deflate stream, or are more than `StreamLimits.bodyByteCount`; also if `byteCount` is 0.
  package func inflate(_ bytes: [UInt8], byteCount: Int) -> [UInt8]? {
    guard !bytes.isEmpty, byteCount > 0, bytes.count <= StreamLimits.bodyByteCount else { return nil }
    precondition(inflateReset(stream) == Z_OK, "zlib refuses to restart")
    var input = bytes
    var output = [UInt8](repeating: 0, count: byteCount)
    let inputCount = bytes.count
    let isExact = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = source.baseAddress
        stream.pointee.avail_in = uInt(inputCount)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = uInt(byteCount)
        let status = CZlib.inflate(stream, Z_FINISH)
        return status == Z_STREAM_END && stream.pointee.avail_in == 0 && stream.pointee.avail_out == 0
      }
    }
    return isExact ? output : nil
  }
}
