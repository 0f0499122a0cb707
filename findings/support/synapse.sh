# To be sourced with a version: installs that Synapse into a temporary folder, which goes away at the end, and names its Python in
# PYTHON, which finds homeserver.py.
set -euo pipefail
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
PYTHONPATH=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PYTHON=$FOLDER/venv/bin/python
export FOLDER PYTHONPATH
python3 -m venv "$FOLDER/venv"
"$PYTHON" -m pip install --quiet --disable-pip-version-check "matrix-synapse==$1"
