"""Cuts Noto faces to sets of characters for Luyue's documents.

    cut.py FACE.ttf OUT.ttf|OUT.zip core|tail
    cut.py FACE.ttf OUT.ttf symbols MORE.ttf...

core: GB 2312, Latin-1 and the signs that contracts use. tail: every other Han character that the face has.
symbols: what is neither in the core nor Han, from the first face that has it, in one font.
Every character gets a glyph of its own (a copy where the face lets two characters share one), so that text drawn with
the cut font is extracted exactly as it was written. Nothing that depends on the day is written: the same face gives the same bytes.
"""
import copy
import io
import sys
import zipfile

from fontTools import merge, subset
from fontTools.ttLib import TTFont

SIGNS = (
    list(range(0x2010, 0x2028)) + list(range(0x2030, 0x2040))  # dashes, quotes, per mille, primes
    + [0x20AC, 0x2103, 0x2116, 0x2122, 0x2212, 0x2215, 0x2260, 0x2264, 0x2265, 0x00D7, 0x00F7]
    + list(range(0x2150, 0x2180)) + list(range(0x2190, 0x219A))  # fractions, Roman numerals, arrows
    + list(range(0x2460, 0x2500)) + list(range(0x25A0, 0x2600))  # circled numbers, shapes
    + [0x2605, 0x2606, 0x2610, 0x2611, 0x2612, 0x2713, 0x2714, 0x2717]
    + list(range(0x3000, 0x3040)) + list(range(0x3220, 0x3230)) + list(range(0x3280, 0x3290))
    + list(range(0x3300, 0x3400)) + list(range(0xFF01, 0xFF5F)) + list(range(0xFFE0, 0xFFE7))
)


SYMBOLS = (
    (0x0180, 0x02FF), (0x0370, 0x03FF), (0x2000, 0x2BFF), (0x3040, 0x33FF), (0xFE10, 0xFE4F), (0xFE50, 0xFE6F),
    (0xFF00, 0xFFEF), (0x1F100, 0x1F2FF), (0x1F300, 0x1F5FF), (0x1F650, 0x1F6FF), (0x1F780, 0x1F8FF),
)


def gb2312():
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                pass


def han(code):
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF or code == 0x3007


def own_glyphs(font):
    """Gives each character a glyph of its own."""
    cmap = font.getBestCmap()
    seen, order = set(), font.getGlyphOrder()
    glyf, hmtx = font["glyf"], font["hmtx"]
    changed = {}
    for code in sorted(cmap):
        name = cmap[code]
        if name in seen:
            twin = f"own{code:05X}"
            order.append(twin)
            glyf.glyphs[twin] = copy.deepcopy(glyf[name])
            hmtx.metrics[twin] = hmtx.metrics[name]
            changed[code], name = twin, twin
        seen.add(name)
    font.setGlyphOrder(order)
    glyf.glyphOrder = order
    for table in font["cmap"].tables:
        for code, twin in changed.items():
            if code in table.cmap:
                table.cmap[code] = twin
    return len(changed)


def cut(font, want):
    """Cuts a font to these characters."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "DSIG", "meta", "gasp", "prep"]
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=want)
    cutter.subset(font)


def symbols(sources, taken):
    """Joins the symbols of several faces, each from the first face that has it."""
    taken, parts = set(taken), []
    for source in sources:
        font = TTFont(source, recalcTimestamp=False)
        want = {c for c in set(font.getBestCmap()) - taken if any(a <= c <= b for a, b in SYMBOLS)}
        taken |= want
        cut(font, want)
        for table in set(font.keys()) - {"GlyphOrder", "head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "loca", "glyf", "name", "post"}:
            del font[table]
        held = io.BytesIO()
        font.save(held)
        held.seek(0)
        parts.append((held, want))
    merger = merge.Merger()
    font = merger.merge([held for held, _ in parts])
    # The merger takes the day's time.
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    return font, set().union(*(want for _, want in parts))


def main(source, target, part, *more):
    font = TTFont(source, recalcTimestamp=False)
    have = set(font.getBestCmap())
    core = set(gb2312()) | set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(SIGNS)
    if part == "symbols":
        font, want = symbols([source, *more], core & have)
    else:
        want = core & have if part == "core" else {c for c in have - core if han(c)}
        cut(font, want)
    copies = own_glyphs(font)
    font["post"].formatType = 3.0
    if target.endswith(".zip"):
        # Rare characters are rarely needed: kept deflated, inflated on the first that comes.
        held = io.BytesIO()
        font.save(held, reorderTables=True)
        entry = zipfile.ZipInfo("tail.ttf", (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        with zipfile.ZipFile(target, "w", compresslevel=9) as packed:
            packed.writestr(entry, held.getvalue(), compresslevel=9)
    else:
        font.save(target, reorderTables=True)
    print(f"{target}: {len(want)} characters, {copies} copies of shared glyphs")


if __name__ == "__main__":
    main(*sys.argv[1:])
