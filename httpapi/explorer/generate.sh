#!/bin/sh
# Makes dist/ and THIRD-PARTY.txt anew from the versions in package-lock.json.
# Needs Node.js 20 or newer with npm. Run it after changing anything in src/ or
# a version, and commit what it makes: the hub embeds it.
set -eu
cd "$(dirname "$0")"
npm ci
npm run build
