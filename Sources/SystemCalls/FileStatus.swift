import Glibc
import SystemPackage

/// Status of a file as the system reports it: kind, size, identity, time of the last change and permissions.
package struct FileStatus: Equatable, Sendable {
  /// Kinds of files that readers and writers treat differently.
  package enum Kind: Sendable {
    case regularFile
    case directory
    case symbolicLink
    /// Pipe, device or socket.
    case other
  }

  package let kind: Kind
  package let byteCount: Int
  package let identity: FileIdentity
  /// Time of the last change to the content.
  package let modification: ClockTime
  /// Time of the last change to content, owner, permissions or names. Unlike `modification`, no program can set it.
  package let change: ClockTime
  /// Permission bits of owner, group and others, 0 to 0o777.
  package let permissions: UInt32
  /// Number of the group that the file belongs to.
  let group: UInt32
  private let owner: UInt32

  /// Whether the file belongs to the user of this process, and no other user may write to it.
  package var belongsToUserAlone: Bool { owner == geteuid() && permissions & 0o022 == 0 }

  /// Status of the file at `path`. If `followsLinks` is true, a symbolic link gives the status of the file that the
  /// link leads to, otherwise the status of the link itself.
  package init(path: String, followsLinks: Bool = true) throws(SystemFailure) {
    do { self.init(try Stat(PathText.bytes(of: path), followTargetSymlink: followsLinks)) } catch {
      throw SystemFailure(error)
    }
  }

  /// Status of an open file.
  package init(descriptor: Int32) throws(SystemFailure) {
    do { self.init(try Stat(FileDescriptor(rawValue: descriptor))) } catch { throw SystemFailure(error) }
  }

  private init(_ status: Stat) {
    kind =
      switch status.type {
      case .regular: .regularFile
      case .directory: .directory
      case .symbolicLink: .symbolicLink
      default: .other
      }
    byteCount = Int(status.size)
    identity = FileIdentity(
      device: UInt64(truncatingIfNeeded: status.deviceID.rawValue),
      number: UInt64(truncatingIfNeeded: status.inode.rawValue))
    modification = ClockTime(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    change = ClockTime(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
    owner = status.userID.rawValue
    group = status.groupID.rawValue
    permissions = status.permissions.rawValue & 0o777
  }
}

/// Device and inode number of a file; all hard links to a file have the same identity.
package struct FileIdentity: Equatable, Hashable, Sendable {
  /// Number of the device, which may change when the machine starts.
  package let device: UInt64
  /// Number of the file on its device (inode).
  package let number: UInt64

  fileprivate init(device: UInt64, number: UInt64) { (self.device, self.number) = (device, number) }

  /// Identity of the file at `path`; symbolic links are followed. Nil if no file exists or its status cannot be read.
  package init?(path: String) {
    guard let status = try? FileStatus(path: path) else { return nil }
    self = status.identity
  }

  /// Identity of the file behind a descriptor; nil for a descriptor that is not open.
  package init?(descriptor: Int32) {
    guard let status = try? FileStatus(descriptor: descriptor) else { return nil }
    self = status.identity
  }
}
