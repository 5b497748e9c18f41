# Sourced by scripts/package and scripts/install-user: what an installation of vampc consists of.

# Builds the program with the Swift runtime linked statically, so that no Swift is needed to run it.
# Sets $program and $version.
build_program() {
  swift build -c release --static-swift-stdlib --product vampc >&2
  program=$(swift build -c release --show-bin-path)/vampc
  version=$("$program" --version)
}

# Puts program, manual, completions, types, formats and licences into a tree such as /usr: stage_program TREE
stage_program() {
  local tree=$1 page shell name
  install -D -s -m 755 "$program" "$tree/bin/vampc"
  for page in man/*.[15]; do
    install -d "$tree/share/man/man${page##*.}"
    gzip -9 -n < "$page" > "$tree/share/man/man${page##*.}/$(basename "$page").gz"
  done
  install -d "$tree/share/bash-completion/completions" "$tree/share/zsh/vendor-completions" \
    "$tree/share/fish/vendor_completions.d"
  "$program" --generate-completion-script bash > "$tree/share/bash-completion/completions/vampc"
  "$program" --generate-completion-script zsh > "$tree/share/zsh/vendor-completions/_vampc"
  "$program" --generate-completion-script fish > "$tree/share/fish/vendor_completions.d/vampc.fish"
  install -D -m 644 formats/vampc-mime.xml "$tree/share/mime/packages/vampc.xml"
  install -D -m 644 formats/vampc.magic "$tree/share/vampc/vampc.magic"
  install -m 755 scripts/radio-capture scripts/radio-keep "$tree/share/vampc/"
  install -d "$tree/share/doc/vampc/systemd"
  install -m 644 docs/systemd/* "$tree/share/doc/vampc/systemd/"
  install -d "$tree/share/doc/vampc/formats" "$tree/share/doc/vampc/licences"
  install -m 644 formats/*.md "$tree/share/doc/vampc/formats/"
  install -m 644 README.md "$tree/share/doc/vampc/"
  gzip -9 -n < CHANGELOG.md > "$tree/share/doc/vampc/changelog.gz"
  # The program contains these packages.
  for name in swift-argument-parser swift-system; do
    install -m 644 ".build/checkouts/$name/LICENSE.txt" "$tree/share/doc/vampc/licences/$name.txt"
  done
  write_copyright > "$tree/share/doc/vampc/copyright"
}

# Puts a model with its card and licences into a tree: stage_model NAME TREE
stage_model() {
  local folder=$2/share/vampc/models/$1 file
  for file in $(git ls-files "models/$1"); do
    install -D -m 644 "$file" "$folder/${file#"models/$1/"}"
  done
}

# Prints the licences of everything in the package, in Debian's form.
write_copyright() {
  cat << 'COPYRIGHT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: vampc

Files: *
Copyright: 2026 the vampc authors
License: Expat

Files: usr/share/vampc/models/*
Copyright: 2026 the vampc authors
License: CC0-1.0
Comment: DATA_LICENSES.md beside each model lists the audio that the model was trained on.

Files: usr/bin/vampc
Copyright: 2026 the vampc authors
 2014-2026 Apple Inc. and the Swift project authors
License: Expat and Apache-2.0 with the Swift runtime library exception
Comment: The program contains the Swift runtime, Foundation, swift-argument-parser and swift-system. Their licence is in
 licences/, and in /usr/share/common-licenses/Apache-2.0 of a Debian system. Foundation contains data of Unicode, Inc.
 under the Unicode licence v3.

License: CC0-1.0
 The text is in /usr/share/common-licenses/CC0-1.0 of a Debian system, and at
 https://creativecommons.org/publicdomain/zero/1.0/legalcode.

COPYRIGHT
  echo 'License: Expat'
  sed -n '5,$p' LICENSE | sed 's/^$/./; s/^/ /'
}

# Lines that mark what an installation adds to a file of magic numbers.
magic_begin='# vampc: begin'
magic_end='# vampc: end'

# Removes the rules of vampc from a file of magic numbers, and an empty file: remove_magic FILE
remove_magic() {
  [ -e "$1" ] || return 0
  sed -i "/^$magic_begin\$/,/^$magic_end\$/d" "$1"
  [ -s "$1" ] || rm "$1"
}
