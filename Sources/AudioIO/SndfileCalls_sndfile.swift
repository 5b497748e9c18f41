internal import CSndfile

/// Input and output callbacks of libsndfile for a ``VirtualFile``.
let sndfileCalls = SF_VIRTUAL_IO(
  get_filelen: { $0.map { Int64(VirtualFile.from($0).byteCount()) } ?? 0 },
  seek: { offset, whence, data in data.map { Int64(VirtualFile.from($0).seek(Int(offset), whence)) } ?? -1 },
  read: { target, count, data in
    guard let target, let data else { return 0 }
    return Int64(VirtualFile.from(data).read(into: target, count: Int(count)))
  },
  write: { source, count, data in
    guard let source, let data else { return 0 }
    return Int64(VirtualFile.from(data).write(source, count: Int(count)))
  },
  tell: { $0.map { Int64(VirtualFile.from($0).position) } ?? -1 })

/// String kinds of libsndfile and the tag name of each.
let sndfileStringKinds: [(kind: Int32, name: String)] = [
  (Int32(SF_STR_TITLE), "TITLE"), (Int32(SF_STR_ARTIST), "ARTIST"), (Int32(SF_STR_ALBUM), "ALBUM"),
  (Int32(SF_STR_DATE), "DATE"), (Int32(SF_STR_TRACKNUMBER), "TRACKNUMBER"), (Int32(SF_STR_GENRE), "GENRE"),
  (Int32(SF_STR_COMMENT), "COMMENT"), (Int32(SF_STR_COPYRIGHT), "COPYRIGHT"), (Int32(SF_STR_LICENSE), "LICENSE"),
  (Int32(SF_STR_SOFTWARE), "SOFTWARE"),
]

/// Returns an error text of libsndfile as a lower-case phrase without a full stop.
func sndfileReason(_ text: String) -> String {
  var reason = text.prefix(1).lowercased() + text.dropFirst()
  while reason.hasSuffix(".") || reason.hasSuffix(" ") { reason.removeLast() }
  return reason
}
