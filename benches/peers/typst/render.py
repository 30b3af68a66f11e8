"""Sets the summary with typst, again and again, prints what it cost as JSON, and writes the last one to OUT.

    render.py FONTS SECONDS OUT

Each rendering has other figures, so that typst's cache of earlier results does not answer in its place.
"""

import json
import re
import sys
import tempfile
import time
from pathlib import Path

import typst

folder = Path(__file__).parent
data = (folder / "summary.json").read_text("utf-8")
template = (folder / "summary.typ").read_bytes()
with tempfile.TemporaryDirectory() as fonts:
    # The font of symbols bears the name of the serif one and would be taken in its place.
    for font in Path(sys.argv[1]).glob("*-core.ttf"):
        (Path(fonts) / font.name).symlink_to(font.resolve())
    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False, font_paths=[fonts]))

    def render(turn):
        varied = re.sub(r"(?<=[\d,])\d", lambda digit: str((int(digit[0]) + turn) % 10), data)
        return compiler.compile(input=template, sys_inputs={"data": varied}, format="pdf")

    pdf = render(0)
    begun, used, count = time.monotonic(), time.process_time(), 0
    while time.monotonic() - begun < float(sys.argv[2]):
        count += 1
        pdf = render(count)
    seconds, cpu_ms = time.monotonic() - begun, 1000 * (time.process_time() - used) / count
Path(sys.argv[3]).write_bytes(pdf)
print(json.dumps({"rate": count / seconds, "cpu_ms": cpu_ms}))
