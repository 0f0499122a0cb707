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
        lines = ran(command, text).stdout.splitlines()
        found = [line_of(line, command) for line in lines]
        if len(found) != len(files):
            sys.exit(f"{shlex.join(command)} answered {len(found)} of {len(files)} paths: with --batch it must give one line for each path; see {files[min(len(found), len(files) - 1)]}.")
        return found
    return [answer(ran([*command, file])) for file in files]


def ran(command, text=None):
    try:
        return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}. Name a program in PATH, or its path from {pathlib.Path.cwd()}.")


def line_of(line, command):
    try:
        one = json.loads(line)
        return one["ok"], list(one["codes"])
    except (ValueError, KeyError, TypeError):
        sys.exit(f'{shlex.join(command)} answered {line[:80]!r}: with --batch each line must be {{"ok": true or false, "codes": [...]}}.')


def answer(done):
    try:
        said = json.loads(done.stdout)
        codes = said["codes"] if "codes" in said else [fault["code"] for fault in said["faults"]]
    except (ValueError, KeyError, TypeError):
        codes = []
    return {0: True, 1: False}.get(done.returncode), codes


def index_of(kit):
    try:
        return json.loads((kit / "index.json").read_text())
    except (OSError, ValueError):
        sys.exit(f"{kit} is no conformance kit (it has no index.json that can be read): make one with: node conformance/make.ts {kit}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kit", type=pathlib.Path)
    arguments.add_argument("--batch", action="store_true")
    arguments.add_argument("--against", type=shlex.split)
    arguments.add_argument("command", nargs="+")
    given = arguments.parse_args()
    if given.against:
        files = [str(file.absolute()) for file in sorted(given.kit.rglob("*.zip"))]
        if not files:
            sys.exit(f"{given.kit} is no folder with ZIP files: name the folder that mutate.py wrote.")
        wanted = answers(given.against, files, given.batch)
        what = [""] * len(files)
    else:
        index = index_of(given.kit)
        files = [str((given.kit / case["file"]).absolute()) for case in index]
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
