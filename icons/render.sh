#!/bin/sh
# Renders the icon files that the bundles need from icon.svg; run it after changing the drawing and commit the result.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
npx tauri icon icon.svg --output "$out"
for file in 128x128@2x.png icon.png icon.icns icon.ico; do
  cp "$out/$file" "$file"
done
# The sizes that desktops on Linux look for; they take the drawing itself for any other.
npx tauri icon icon.svg --output "$out" --png 16,24,32,48,64,128,256,512
for size in 16 24 32 48 64 128 256 512; do
  cp "$out/${size}x$size.png" .
done
