#!/usr/bin/env bash
# Makes the fonts of this folder anew from the Noto faces that npm carries. Needs npm, python3 and fonttools (pip install fonttools==4.68.*).
# Noto Serif SC (宋体) for running text, Noto Sans SC Medium (黑体) for heads, labels and figures (its digits have one width).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for face in serif sans; do
  npm pack --silent "@expo-google-fonts/noto-$face-sc@0.4.3" >/dev/null
  mkdir "$face"
  tar xzf expo-google-fonts-noto-"$face"-sc-*.tgz -C "$face" --strip-components=1
  cp "$face/LICENSE_FONT" "$here/LICENSE-noto-$face-sc"
done
# Signs that neither of the two has: arrows, check marks, operators.
for face in symbols-2@0.4.1 math@0.4.2; do
  name=${face%@*}
  npm pack --silent "@expo-google-fonts/noto-sans-$face" >/dev/null
  mkdir "$name"
  tar xzf expo-google-fonts-noto-sans-"$name"-*.tgz -C "$name" --strip-components=1
  cp "$name/LICENSE_FONT" "$here/LICENSE-noto-sans-$name"
done
python3 "$here/cut.py" serif/400Regular/NotoSerifSC_400Regular.ttf "$here/noto-serif-sc-core.ttf" core
python3 "$here/cut.py" sans/500Medium/NotoSansSC_500Medium.ttf "$here/noto-sans-sc-core.ttf" core
python3 "$here/cut.py" serif/400Regular/NotoSerifSC_400Regular.ttf "$here/noto-serif-sc-tail.zip" tail
python3 "$here/cut.py" serif/400Regular/NotoSerifSC_400Regular.ttf "$here/noto-symbols.ttf" symbols \
  symbols-2/400Regular/NotoSansSymbols2_400Regular.ttf math/400Regular/NotoSansMath_400Regular.ttf
