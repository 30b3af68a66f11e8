"""Pages and documents: the demonstration's programme, and the same document set by typst. In a smoke run, which is too
short for the demonstration, a contract of the register takes its place."""

import contextlib
import json
import re
import time
import zlib

from harness import machine
from harness.luyue import Luyue
from harness.target import OFFICER

# A person may ask for two hundred documents at once, and one more each second.
PEOPLE = {
    "demonstration": ["justice", "justice-leader", "finance-review", "finance-approve", "audit"],
    "register": [OFFICER],
}
PROGRAMME, LARGEST = "XCSF-2026-001", "341800-2026-101"


def measure(luyue, meter, arguments, folder, programs):
    """Returns rows of (name, rate, CPU, bytes, note), and the memory after start and after the documents."""
    if arguments.smoke:
        served, people, which = luyue.serving(), PEOPLE["register"], "contracts?limit=1&state=active"
    else:
        luyue = Luyue(arguments.binary, folder / "demonstration", f"sqlite://{folder}/demonstration.db")
        served = luyue.serving("demo", "--data", luyue.environment["LUYUE_DATA"])
        people, which = PEOPLE["demonstration"], f"contracts?q={PROGRAMME}"
    rows = []
    with served:
        rested = machine.resident_mb(luyue.pid)
        contract = luyue.get(people[0], which)["items"][0]
        largest = contract if arguments.smoke else luyue.get(people[0], f"contracts?q={LARGEST}")["items"][0]
        cookie = luyue.cookie(people[0])
        pages = {
            "/contracts/{id}": f"/contracts/{contract['id']}",
            "/contracts/{id}, the largest": f"/contracts/{largest['id']}",
            "/contracts": "/contracts",
            "/work": "/work",
        }
        for name, page in pages.items():
            done = meter.measure(luyue, [("GET", page, cookie, "")], 16)
            size = len(machine.ask(luyue.base, "GET", page, dict([cookie]))[2])
            rows.append((f"page {name}", done.rate, done.cpu, size, done))
        rows.append(print_summaries(luyue, contract["id"], people, meter.seconds))
        memory = rested, machine.resident_mb(luyue.pid)
    rows.append(set_with_typst(programs, folder / "typst.pdf", meter.seconds))
    return rows, memory


def print_summaries(luyue, id, people, seconds):
    """Prints one document after the other, by each person in turn. Their limit leaves no room for wrk's pace."""
    headers = [dict([luyue.by(person)]) for person in people]
    path = f"/api/v1/contracts/{id}/documents/summary.pdf"
    before, begun, count = machine.cpu_ms(luyue.pid), time.monotonic(), 0
    while time.monotonic() - begun < seconds and count < 150 * len(people):
        status, _, pdf = machine.ask(luyue.base, "GET", path, headers[count % len(headers)])
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        count += 1
    passed, cpu = time.monotonic() - begun, (machine.cpu_ms(luyue.pid) - before) / count
    return f"summary PDF, {pages_of(pdf)} pages, c = 1", count / passed, cpu, len(pdf), None


def set_with_typst(programs, out, seconds):
    render = [programs / "python", machine.ROOT / "benches/peers/typst/render.py", machine.ROOT / "assets/fonts"]
    done = json.loads(machine.run([*render, seconds, out]))
    pdf = out.read_bytes()
    return f"the same set by typst, {pages_of(pdf)} pages", done["rate"], done["cpu_ms"], len(pdf), None


def pages_of(pdf):
    """Counts the pages of a PDF, whose objects may stand in compressed streams."""
    texts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            texts.append(zlib.decompressobj().decompress(stream))
    return sum(len(re.findall(rb"/Type\s*/Page\b", text)) for text in texts)
