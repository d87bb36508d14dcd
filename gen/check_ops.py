#!/usr/bin/env python3
"""check_ops.py [REFERENCE] - compares op.def with the specifications: every instruction that they encode has a row with its
name, and every row of theirs is encoded so.

REFERENCE is a folder with the sources of the specification: core-spec/spectec (binary and text grammar of 3.0, joined by
the abstract instruction that both produce), proposals/*/Overview.md and Explainer.md (lines that give a code and a name).
Prints what differs, then `N passed, N failed`.
"""
import os
import re
import sys

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
reference = sys.argv[1] if len(sys.argv) > 1 else os.path.join(root, "..", "shared", "reference")
spectec = os.path.join(reference, "core-spec", "spectec", "wasm-3.0")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def rows():
    """{(prefix, code): (name, feature)} of op.def."""
    found = {}
    prefixes = {"OP": 0, "OP_FB": 0xFB, "OP_FC": 0xFC, "OP_FD": 0xFD, "OP_FE": 0xFE}
    pattern = re.compile(r'^(OP\w*)\(\s*\w+,\s*(0x[0-9a-f]+),\s*"([^"]+)",\s*\w+,\s*\w+,\s*\d+,\s*(\w+)', re.M)
    for macro, code, name, feature in pattern.findall(read(root, "src", "def", "op.def")):
        found[prefixes[macro], int(code, 16)] = (name, feature)
    return found


def alternatives(text, grammar):
    """The alternatives of the grammars of that name, each on one line."""
    joined = re.sub(r"\n[ \t]+(?![|\s;-])", " ", text)
    for part in re.split(r"^(?=grammar |syntax )", joined, flags=re.M):
        if part.startswith("grammar " + grammar):
            for line in re.findall(r"^\s*\|(.*)$", part, re.M):
                if "=>" in line:
                    left, right = line.split("=>", 1)
                    yield left.strip(), re.sub(r"\s+--.*", "", right).strip()


def shape(instr):
    """An abstract instruction without its operands: words of capitals and numbers."""
    instr = re.sub(r"\(REF [^)]*\)|\$inv_.*|\^16|\(?_IDX \w+\)?", "", instr)
    return " ".join(re.findall(r"(?<![\w.])(?:[A-Z][A-Z0-9_.]*|`?\d+)", instr))


def spec_codes():
    """[(prefix, code, shape)] of the binary grammar."""
    for left, right in alternatives(read(spectec, "5.3-binary.instructions.spectec"), "Binstr"):
        first = re.match(r"0x([0-9A-F]{2})(?:\s+(\d+):Bu32)?", left)
        if first is None or not re.match(r"[A-Z]", right):
            continue
        prefix = int(first.group(1), 16)
        if first.group(2) is not None:
            yield prefix, int(first.group(2)), shape(right)
        elif prefix < 0xFB:
            yield 0, prefix, shape(right)


def spec_names():
    """{shape: names} of the text grammar."""
    found = {}
    for left, right in alternatives(read(spectec, "6.3-text.instructions.spectec"), "T"):
        name = re.match(r'"([a-z0-9_.]+)"', left)
        if name is not None and re.match(r"[A-Z]", right):
            found.setdefault(shape(right), set()).add(name.group(1))
    return found


def other_codes():
    """[(prefix, code, name, where)] of the proposals and the legacy encoding, whose documents have lines and tables."""
    sources = [
        (("proposals", "threads", "Overview.md"), r"0x(FE) 0x([0-9A-F]{2})\b.*=>\s*([a-z0-9]+\.[a-z0-9_.]+)", 16),
        (("proposals", "wide-arithmetic", "Overview.md"), r"0x(FC) (\d+):u32\s*\S+\s*([a-z0-9]+\.[a-z0-9_]+)", 10),
        (("proposals", "stack-switching", "Explainer.md"), r"^\| 0x()(e[0-9a-f])\s*\| `([a-z_.]+)", 16),
    ]
    for path, pattern, base in sources:
        for line in read(reference, *path).splitlines():
            for prefix, code, name in re.findall(pattern, line):
                yield int(prefix or "0", 16), int(code, base), name, path[-2]
    # The legacy encoding is a formula over several lines, in which the codes stand without names.
    legacy = read(reference, "core-spec", "legacy", "exceptions", "core", "binary.rst")
    for code, name in [(6, "try"), (7, "catch"), (9, "rethrow"), (0x18, "delegate"), (0x19, "catch_all")]:
        if "\\hex{%02X}" % code in legacy:
            yield 0, code, name, "legacy"


def main():
    if not os.path.isdir(spectec):
        print("skipped: no specification at %s (another place may be named)" % reference)
        print("0 passed, 0 failed, 1 skipped")
        return False
    ours = rows()
    passed = failed = 0
    seen = {(0, 0x05), (0, 0x0B)}  # else and end: parts of others there

    def result(good, message):
        nonlocal passed, failed
        if good:
            passed += 1
        else:
            failed += 1
            print(message)

    names = spec_names()
    for prefix, code, instr in spec_codes():
        seen.add((prefix, code))
        row = ours.get((prefix, code))
        wanted = names.get(instr, set())
        where = "%02x %02x" % (prefix, code)
        if row is None:
            result(False, "%s: op.def has no row for %s" % (where, instr))
        elif not wanted:
            result(False, "%s: the text grammar has no %s (op.def: %s)" % (where, instr, row[0]))
        else:
            result(row[0] in wanted, "%s: %s in op.def, %s in the specification" % (where, row[0], " or ".join(sorted(wanted))))
    for prefix, code, name, where in other_codes():
        seen.add((prefix, code))
        row = ours.get((prefix, code))
        result(row is not None and row[0] == name, "%02x %02x: %s in op.def, %s in %s" % (prefix, code, row, name, where))
    for key, (name, feature) in sorted(ours.items()):
        if key not in seen:
            result(False, "%02x %02x: %s of %s is in no specification" % (key[0], key[1], name, feature))
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
