"""Pages as man pages: roff with the man and tbl macros.

Called by scripts/manual and check.py.
"""

import re

INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\b(zmq(?:_\w+)?)(\([37]\))")

# Characters in a line of a page on a terminal, and between two columns.
ROOM = 70
GAP = 3


def escaped(text):
    """Text that roff prints as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = text.replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    return text.replace('"', "\\(dq")


def inline(text):
    """Text with its marks as fonts."""
    parts, at = [], 0
    for match in INLINE.finditer(text):
        parts.append(escaped(text[at:match.start()]))
        code, strong, emphasis, name, section = match.groups()
        if name:
            parts.append(f"\\fB{escaped(name)}\\fP{section}")
        elif emphasis:
            parts.append(f"\\fI{escaped(emphasis)}\\fP")
        else:
            parts.append(f"\\fB{escaped(code or strong)}\\fP")
        at = match.end()
    return safe("".join(parts) + escaped(text[at:]))


def safe(line):
    """Keeps a line of text from being taken for a request."""
    return "\\&" + line if line[:1] in (".", "'") else line


def code(text):
    lines = [safe(escaped(line)) for line in text.splitlines()]
    return [".PP", ".RS 4", ".nf", *lines, ".fi", ".RE"]


def plain(text):
    """Text without its marks, to be measured."""
    return text.replace("`", "").replace("*", "")


def widths(rows):
    """Characters for each column, ROOM in all; those that need little get it."""
    need = [max(len(plain(row[i])) for row in rows) for i in range(len(rows[0]))]
    least = [max(len(word) for row in rows for word in [*plain(row[i]).split(), ""])
             for i in range(len(need))]
    given = list(need)
    room = ROOM - GAP * (len(need) - 1)
    # The widest column gives, as far as its longest word lets it.
    while sum(given) > room and any(g > l for g, l in zip(given, least)):
        at = max((g, i) for i, (g, l) in enumerate(zip(given, least)) if g > l)[1]
        given[at] -= 1
    return given, need


def table(block):
    """A tbl table; columns that are too wide are wrapped."""
    rows = ([block.head] if block.head else []) + block.rows
    given, need = widths(rows)
    wrapped = [g < n for g, n in zip(given, need)]
    form = " ".join(f"lw({g}n)" if wrap else "l" for g, wrap in zip(given, wrapped))
    lines = [".PP", ".TS", "tab(\t);"]
    if block.head:
        lines.append(" ".join(f"lBw({g}n)" if wrap else "lB" for g, wrap in zip(given, wrapped)))
    lines.append(form + ".")
    for row in rows:
        cells = [f"T{{\n{inline(text)}\nT}}" if wrap else inline(text)
                 for text, wrap in zip(row, wrapped)]
        lines.append("\t".join(cells))
    return [*lines, ".TE"]


def facts(block):
    """The facts of an option, close together."""
    lines = [".PP", ".PD 0"]
    for name, text in block.rows:
        lines += [".TP 15", escaped(name), inline(text)]
    return [*lines, ".PD"]


def blocks(page):
    lines = []
    for block in page.blocks:
        if block.kind == "heading":
            macro = ".SH" if block.level == 2 else ".SS"
            text = block.text.upper() if block.level == 2 else block.text
            lines.append(f'{macro} "{escaped(text)}"')
        elif block.kind == "text":
            lines += [".PP", inline(block.text)]
        elif block.kind == "list":
            for item in block.items:
                lines += [".IP \\(bu 2", inline(item)]
        elif block.kind == "terms":
            for term, text in block.items:
                lines += [".TP", "\\fB" + safe(escaped(term)) + "\\fP", inline(text)]
        elif block.kind == "table":
            lines += table(block) if block.head else facts(block)
        elif block.kind == "code":
            lines += code(block.text)
    return lines


def page(page):
    """The file of a man page."""
    head = [
        "'\\\" t",
        f".\\\" From docs/manual/{page.file}; scripts/manual makes it.",
        f'.TH {page.name.upper()} {page.section} "" "libzmq.so.5 in Rust" "libzmq 4.3.5"',
        ".nh",
        ".ad l",
        ".SH NAME",
        ", ".join(escaped(name) for name in [page.name, *[a for a, _ in page.aliases]])
        + " \\- " + inline(page.summary),
    ]
    lines = head + blocks(page)
    # A paragraph right after a heading is one anyway.
    tidy = [line for line, before in zip(lines, ["", *lines])
            if not (line == ".PP" and re.match(r"\.S[HS]", before))]
    return "\n".join(tidy) + "\n"


def files(manual):
    """Path below man/ to content, aliases included."""
    made = {}
    for p in manual.pages:
        made[f"man{p.section}/{p.name}.{p.section}"] = page(p)
        for name, section in p.aliases:
            made[f"man{section}/{name}.{section}"] = f".so man{p.section}/{p.name}.{p.section}\n"
    return made
