#!/bin/sh
# Rebuilds static/ui/vendor/ from the packages pinned in package.json and requirements.txt.
# Needs node >= 20 with npm, and Python >= 3.11 with venv. Runs in a temporary directory; a minute or two.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
ui=$(dirname "$here")
vendor=$ui/static/ui/vendor
work=${TEILHABE_ASSETS_WORK:-$(mktemp -d)}
[ -n "${TEILHABE_ASSETS_WORK:-}" ] || trap 'rm -rf "$work"' EXIT
mkdir -p "$work" "$vendor/fonts" "$vendor/LICENCES"

cp "$here/package.json" "$here/css.mjs" "$work/"
(cd "$work" && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --silent)
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
modules=$work/node_modules

rm -f "$vendor"/fonts/*.woff2
"$work/venv/bin/python" "$here/fonts.py" "$modules" "$vendor" "$work/fonts.css"
"$work/venv/bin/python" "$here/icons.py" "$modules" "$here/icons.txt" "$ui/../vocabulary/data/needs.toml" "$vendor/icons.svg" "$vendor/needs.svg"
node "$work/css.mjs" "$modules/@kern-ux/native/dist/kern.css" "$here/kern-classes.txt" "$ui/static/ui/teilhabe.css" "$work/kern.css"
cat "$work/fonts.css" "$work/kern.css" > "$vendor/kern.css"

cp "$modules/@kern-ux/native/LICENSE.md" "$vendor/LICENCES/kern-EUPL-1.2.md"
cp "$modules/@material-symbols/svg-400/LICENSE" "$vendor/LICENCES/material-symbols-Apache-2.0.txt"
cp "$modules/@fontsource-variable/noto-sans-arabic/LICENSE" "$vendor/LICENCES/noto-sans-arabic-OFL-1.1.txt"
{ echo "Digitized data copyright (c) 2012-2015, The Mozilla Foundation and Telefonica S.A."; tail -n +2 "$modules/@fontsource-variable/noto-sans-arabic/LICENSE"; } > "$vendor/LICENCES/fira-sans-OFL-1.1.txt"

for f in "$vendor/kern.css" "$vendor/icons.svg" "$vendor/needs.svg" "$ui/static/ui/teilhabe.css" "$vendor"/fonts/*; do
  [ -f "$f" ] && printf '%7d %7d gz  %s\n' "$(wc -c < "$f")" "$(gzip -9c "$f" | wc -c)" "${f#"$ui"/static/ui/}"
done
