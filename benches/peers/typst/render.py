"""Renders the summary with typst, again and again, and prints what it cost as JSON.

    render.py FONTS SECONDS

Each rendering has other figures, so that typst's cache of earlier results does not answer in its place.
"""

import json
import re
import sys
import time
from pathlib import Path

import typst

folder = Path(__file__).parent
data = (folder / "summary.json").read_text("utf-8")
template = (folder / "summary.typ").read_bytes()
compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False, font_paths=[sys.argv[1]]))


def render(turn):
    varied = re.sub(r"(?<=[\d,])\d", lambda digit: str((int(digit[0]) + turn) % 10), data)
    return compiler.compile(input=template, sys_inputs={"data": varied}, format="pdf")


first = render(0)
begun, used, count = time.monotonic(), time.process_time(), 0
while time.monotonic() - begun < float(sys.argv[2]) or count < 3:
    count += 1
    render(count)
seconds, cpu = time.monotonic() - begun, time.process_time() - used
pages = len(re.findall(rb"/Type\s*/Page\b", first))
print(json.dumps({"count": count, "seconds": seconds, "cpu_ms": 1000 * cpu / count, "pages": pages, "bytes": len(first)}))
