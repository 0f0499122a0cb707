#!/usr/bin/env python3
"""
Runs a verifier over the conformance kit, or compares two of them. Python 3.10, standard library only.

    run.py KIT [--batch] -- COMMAND...                             against the kit's own verdicts
    run.py FOLDER --against 'OTHER COMMAND' [--batch] -- COMMAND... two verifiers over all ZIP files in a folder

COMMAND gets the path of a bundle as its last argument and ends with 0 (sound) or 1 (unsound); what it prints may be a JSON object with `codes`
(or `faults`, a list of objects with `code`). With --batch it is started once, gets a path on each line of its input, and
answers each with a line {"ok": true or false, "codes": [...]}.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import sys


def answers(command, files, batch):
    """(sound or None where the command failed, codes) of each file."""
    if batch:
        text = "".join(f"{file}\n" for file in files)
        lines = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        found = [json.loads(line) for line in lines]
        return [(one["ok"], one["codes"]) for one in found] + [(None, [])] * (len(files) - len(found))
    return [answer(subprocess.run([*command, file], stdout=subprocess.PIPE, text=True)) for file in files]


def answer(done):
    try:
        said = json.loads(done.stdout)
        codes = said["codes"] if "codes" in said else [fault["code"] for fault in said["faults"]]
    except (ValueError, KeyError, TypeError):
        codes = []
    return {0: True, 1: False}.get(done.returncode), codes


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kit", type=pathlib.Path)
    arguments.add_argument("--batch", action="store_true")
    arguments.add_argument("--against", type=shlex.split)
    arguments.add_argument("command", nargs="+")
    given = arguments.parse_args()
    if given.against:
        files = [str(file) for file in sorted(given.kit.rglob("*.zip"))]
        wanted = answers(given.against, files, given.batch)
        what = [""] * len(files)
    else:
        index = json.loads((given.kit / "index.json").read_text())
        files = [str(given.kit / case["file"]) for case in index]
        wanted = [(case["verdict"] == "sound", [case["code"]] if case["code"] else []) for case in index]
        what = [case["what"] for case in index]
    agreed = same_code = 0
    for file, (sound, codes), (right, right_codes), words in zip(files, answers(given.command, files, given.batch), wanted, what):
        if sound != right:
            print(f"{file}: {'sound' if right else 'unsound'} {right_codes}, but: {sound} {codes} ({words})")
            continue
        agreed += 1
        if right or set(codes) & set(right_codes):
            same_code += 1
        elif codes:
            print(f"{file}: unsound for {right_codes}, but: {codes} ({words})")
    print(f"{agreed} of {len(files)} verdicts agree, {same_code} with a code in common")
    return 0 if agreed == len(files) else 1


if __name__ == "__main__":
    sys.exit(main())
