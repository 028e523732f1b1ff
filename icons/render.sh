#!/bin/sh
# Renders the icon files that the bundles need from icon.svg; run it after changing the drawing and commit the result.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
npx --yes @tauri-apps/cli@2 icon icon.svg --output "$out"
for file in 32x32.png 128x128.png 128x128@2x.png icon.png icon.icns icon.ico; do
  cp "$out/$file" "$file"
done
