# Sourced by other scripts: changes to the repository's folder and puts a Swift that is new enough on PATH.

unset CDPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The oldest Swift that can build the package, from the first line of its manifest: "6.0".
required_swift=$(sed -n '1s/^.*swift-tools-version: *\([0-9][0-9.]*\).*$/\1/p' Package.swift)

# Prints the version of the swift at $1; nothing where that is no toolchain. OpenStack has a program named swift, and
# the one of swiftly cannot run before a toolchain is installed.
swift_version() {
  "$1" --version 2> /dev/null | sed -n 's/^.*Swift version \([0-9][0-9.]*\).*$/\1/p' | head -n 1
}

# Searches PATH, then the default folders of the toolchain and of swiftly. Returns 1 where no Swift is new enough.
find_swift() {
  local folder version
  while IFS= read -r folder; do
    [ -x "$folder/swift" ] || continue
    version=$(swift_version "$folder/swift")
    [ -n "$version" ] || continue
    if printf '%s\n' "$required_swift" "$version" | sort -C -V; then
      PATH=$folder:$PATH
      return 0
    fi
  done << FOLDERS
$(printf '%s' "$PATH" | tr ':' '\n')
/opt/swift/usr/bin
${SWIFTLY_BIN_DIR:-${HOME:-}/.local/share/swiftly/bin}
FOLDERS
  return 1
}

find_swift || true
