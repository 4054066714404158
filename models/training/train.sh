#!/bin/sh
# Trains both plate nets from nothing: train.sh MEDIA OUT.
set -eu
here=$(dirname "$0")
media=$1
out=$2
python=${PYTHON:-python3}
fonts=${FONTS:-/usr/share/fonts}
wallpapers=${WALLPAPERS:-"/usr/share/backgrounds/mate/nature /usr/share/wallpapers"}
mkdir -p "$out"
"$python" "$here/backgrounds.py" "$media" "$out/stills"
# shellcheck disable=SC2086
"$python" "$here/reader.py" --fonts "$fonts" --backgrounds "$out/stills" $wallpapers --minutes 25 --out "$out/plate-reader.onnx"
# shellcheck disable=SC2086
"$python" "$here/detector.py" --fonts "$fonts" --backgrounds "$out/stills" $wallpapers --minutes 20 --out "$out/plate-detector.onnx"
