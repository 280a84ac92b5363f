#!/usr/bin/env bash
# What Lighthouse says of the pages of a running application: performance, accessibility and best practices, each of 100.
# Needs Node 18 or newer and a Chromium; Lighthouse itself is installed into a temporary folder that goes away after.
#
#   eng/lighthouse.sh [http://localhost:5080] [/path ...]
#
# Signs in as the development sign-in lets it, so the application runs in Development and without Google. Without paths: home,
# campaigns and new campaign. Start it with ReloadStaticAssetsAtRuntime=false EnableStaticAssetsDevelopmentCaching=true: in Development
# files are else sent uncompressed and kept nowhere. CHROME_PATH names another browser than /usr/bin/chromium.
set -euo pipefail

address=${1:-http://localhost:5080}
shift || true
paths=("$@")
if [ ${#paths[@]} = 0 ]; then paths=(/ /app/campaigns /app/campaigns/new); fi
export CHROME_PATH=${CHROME_PATH:-/usr/bin/chromium}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --no-save --prefix "$folder" lighthouse@12.2.3 >/dev/null

cookie=$(curl -fsS -o /dev/null -D - -X POST "$address/auth/dev" -H 'Content-Type: application/json' -d '{"email":"lighthouse@example.com"}' |
  sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p')
printf '{"Cookie":"%s"}' "$cookie" >"$folder/headers.json"

flags="--headless=new"
if [ "$(id -u)" = 0 ]; then flags="$flags --no-sandbox"; fi

printf '%-28s %12s %14s %15s\n' page performance accessibility 'best practices'
for path in "${paths[@]}"; do
  "$folder/node_modules/.bin/lighthouse" "$address$path" --quiet --preset=desktop --chrome-flags="$flags" \
    --extra-headers="$folder/headers.json" --only-categories=performance,accessibility,best-practices \
    --output=json --output-path="$folder/report.json"
  node -e '
    const report = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const score = name => String(Math.round(100 * report.categories[name].score));
    console.log(process.argv[2].padEnd(28), score("performance").padStart(12), score("accessibility").padStart(14), score("best-practices").padStart(15));
    for (const category of Object.values(report.categories))
      for (const { id, weight } of category.auditRefs) {
        const audit = report.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 1) console.log(`  ${audit.title} ${audit.displayValue ?? ""}`);
      }
  ' "$folder/report.json" "$path"
done
