#!/usr/bin/env bash
# PrairieLearn runs this in the image for each submission.
set -euo pipefail
cd /convlab
mkdir -p /grade/results
.venv/bin/convlab check /grade/student --lab lab03 \
    --prairielearn /grade/results/results.json
