#!/usr/bin/env bash
# Gradescope runs this once, while it builds the image; the clone lies in source/convlab.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends make python3.11 python3.11-venv
make -C /autograder/source/convlab setup
