"""Reads what the manual is made of: docs/manual/*.md, the option tables beside
them, include/zmq.h and COMPAT.md.

Used by roff.py, site.py and check.py; writes nothing. docs/manual/README.md
describes the Markdown that is understood.
"""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
HERE = os.path.join(ROOT, "docs", "manual")

# The files with pages, in the order of the index, and their headings there.
GROUPS = [
    ("overview.md", "Start here"),
    ("context.md", "Contexts"),
    ("sockets.md", "Sockets"),
    ("socket_types.md", "Socket types"),
    ("options.md", "Options"),
    ("send_recv.md", "Sending and receiving"),
    ("message.md", "Messages"),
    ("message_facts.md", "What is known of a message"),
    ("monitor.md", "Watching connections"),
    ("poll.md", "Polling"),
    ("poller.md", "Pollers"),
    ("proxy.md", "Proxies"),
    ("transports.md", "Transports"),
    ("security.md", "Security"),
    ("keys.md", "Keys and their text"),
    ("errors.md", "Errors and version"),
    ("timers.md", "Timers"),
    ("utilities.md", "Atomic counters, clocks, threads"),
    ("deprecated.md", "Old names"),
    ("draft.md", "Drafts that are not there yet"),
]

# The files with socket options, by theme.
OPTION_FILES = [
    "options_queues.md", "options_connection.md", "options_network.md", "options_pattern.md",
    "options_security.md", "options_reports.md", "options_absent.md",
]

# What an error means when a page only names it.
USUAL_ERRORS = {
    "ENOTSOCK": "*socket* is NULL, was closed, or is something else than a socket.",
    "ETERM": "The context was shut down or is being ended. Close the socket.",
    "EINTR": "A signal came before anything was done. Call again.",
}

REFERENCE = re.compile(r"\b(zmq(?:_\w+)?)\(([37])\)")


class Mistake(Exception):
    """Something in the source that the manual cannot be made from."""


class Block:
    """A part of a page. kind: heading, text, list, terms, table, code."""

    def __init__(self, kind, line, **parts):
        self.kind, self.line = kind, line
        self.__dict__.update(parts)


class Page:
    def __init__(self, name, section, aliases, summary, file, line):
        self.name, self.section, self.aliases = name, section, aliases
        self.summary, self.file, self.line = summary, file, line
        self.blocks = []
        self.group = ""

    def title(self):
        return f"{self.name}({self.section})"

    def sections(self):
        """Heading to blocks, for the headings of the first level."""
        found, current = {}, None
        for block in self.blocks:
            if block.kind == "heading" and block.level == 2:
                current = found.setdefault(block.text, [])
            elif current is not None:
                current.append(block)
        return found


class Function:
    """What the header says of a function."""

    def __init__(self, name, prototype, doc, draft, deprecated):
        self.name, self.prototype, self.doc = name, prototype, doc
        self.draft, self.deprecated = draft, deprecated

    def summary(self):
        """The first sentence, as the line of a NAME section."""
        first = re.split(r"\.(?:\s|$)", self.doc, maxsplit=1)[0]
        first = first.replace("`", "")
        return first[:1].lower() + first[1:] if first[1:2].islower() else first


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="ascii") as file:
        return file.read()


def functions():
    """Name to Function, of include/zmq.h."""
    header = read("include", "zmq.h")
    draft_begin = header.index("#ifdef ZMQ_BUILD_DRAFT_API")
    deprecated_begin = header.index("* Deprecated.")
    found = {}
    pattern = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\s*ZMQ_EXPORT\s+([^;]+);", re.S)
    for match in pattern.finditer(header):
        lines = [line.strip(" *\t") for line in match[1].splitlines()]
        doc = " ".join(line for line in lines if line)
        prototype = re.sub(r"\s+", " ", match[2]).strip()
        name = re.search(r"(\w+)\s*\(", prototype)[1]
        at = match.start()
        draft, old = at > draft_begin, deprecated_begin < at < draft_begin
        found[name] = Function(name, prototype, doc, draft, old)
    return found


def wrapped(prototype, width=72):
    """A prototype in lines of at most `width`, arguments below one another."""
    if len(prototype) < width:
        return prototype + ";"
    head, arguments = prototype.split("(", 1)
    indent = ",\n" + " " * (len(head) + 1)
    return head + "(" + indent.join(arguments.split(", ")) + ";"


def compatibility():
    """First column to second column of COMPAT.md."""
    rows = re.findall(r"^\| (\w+)(?: \(\d+\))? \| (.*) \|$", read("COMPAT.md"), re.M)
    return dict(rows)


def table(name):
    """A .tsv of this directory: list of dicts."""
    lines = read("docs", "manual", name).splitlines()
    head = lines[0].split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:]]


HEAD = re.compile(r"# ([\w, ()]+?)(?: - (.+))?$")
TERM = re.compile(r"- (?:\*\*(.+?)\*\*|(E[A-Z0-9]+)(?=:|$))(?:: (.*))?$")


def parse_blocks(lines, file, first):
    """Blocks of the lines (number of the first given)."""
    blocks, at = [], 0

    def more(start):
        """The lines of a paragraph or item from `start`, joined; and the next index."""
        text, i = [], start
        while i < len(lines) and lines[i].strip() and not re.match(r"(#|- |\||```)", lines[i]):
            text.append(lines[i].strip())
            i += 1
        return text, i

    while at < len(lines):
        line, number = lines[at], first + at
        if not line.strip():
            at += 1
        elif line.startswith("```"):
            end = at + 1
            while end < len(lines) and lines[end] != "```":
                end += 1
            if end == len(lines):
                raise Mistake(f"{file}:{number}: no end of code")
            blocks.append(Block("code", number, text="\n".join(lines[at + 1:end]), form=line[3:]))
            at = end + 1
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            blocks.append(Block("heading", number, level=level, text=line[level:].strip()))
            at += 1
        elif line.startswith("|"):
            rows = []
            while at < len(lines) and lines[at].startswith("|"):
                rows.append([cell.strip() for cell in lines[at].strip().strip("|").split("|")])
                at += 1
            if len({len(row) for row in rows}) != 1:
                raise Mistake(f"{file}:{number}: rows of different lengths")
            blocks.append(Block("table", number, head=rows[0], rows=rows[2:]))
        elif line.startswith("- "):
            items = []
            kind = "terms" if TERM.match(line) else "list"
            while at < len(lines) and lines[at].startswith("- "):
                rest, next_at = more(at + 1)
                match = TERM.match(lines[at])
                if kind == "terms":
                    if not match:
                        raise Mistake(f"{file}:{first + at}: a term was expected")
                    term = match[1] or match[2]
                    text = " ".join([match[3] or "", *rest]).strip()
                    items.append((term, text or USUAL_ERRORS.get(term, "")))
                else:
                    items.append(" ".join([lines[at][2:].strip(), *rest]))
                at = next_at
            blocks.append(Block(kind, number, items=items))
        elif line.startswith("@"):
            blocks.append(Block("directive", number, text=line[1:].strip()))
            at += 1
        else:
            text, at = more(at)
            blocks.append(Block("text", number, text=" ".join(text)))
    return blocks


def split_at(file, start):
    """Parts of a file that begin with a line starting with `start`: (line, number, rest)."""
    lines = read("docs", "manual", file).splitlines()
    heads = [i for i, line in enumerate(lines) if line.startswith(start)]
    for i, end in zip(heads, [*heads[1:], len(lines)]):
        yield lines[i], i + 1, lines[i + 1:end]


class Option:
    """A socket or context option: the row of its table and its text."""

    def __init__(self, row, fields, blocks, file, line, theme):
        self.row, self.fields, self.blocks = row, fields, blocks
        self.file, self.line, self.theme = file, line, theme
        self.name = row["name"]


def option_texts(file):
    theme = read("docs", "manual", file).splitlines()[0].lstrip("# ")
    for head, number, lines in split_at(file, "## "):
        fields, skip = {}, 0
        for line in lines:
            match = re.match(r"(unit|type|default|range|applies|types|example): (.+)$", line)
            if not match:
                break
            fields[match[1]] = match[2]
            skip += 1
        blocks = parse_blocks(lines[skip:], file, number + 1 + skip)
        yield head[3:].strip(), (fields, blocks, file, number, theme)


def options(table_name, files):
    """Options of a table in its order, each with its text."""
    texts = {}
    for file in files:
        for name, text in option_texts(file):
            if name in texts:
                raise Mistake(f"{file}: {name} is described twice")
            texts[name] = text
    rows = table(table_name)
    missing = [row["name"] for row in rows if row["name"] not in texts]
    unknown = sorted(set(texts) - {row["name"] for row in rows})
    if missing or unknown:
        raise Mistake(f"{table_name}: no text for {missing}; no such option {unknown}")
    return [Option(row, *texts[row["name"]]) for row in rows]


def pages():
    """Every page of the manual, with what the header and the tables add to it."""
    made = []
    for file, group in GROUPS:
        for head, number, lines in split_at(file, "# "):
            match = HEAD.match(head)
            names = re.findall(r"(\w+)\(([37])\)", match[1]) if match else []
            if not names:
                raise Mistake(f"{file}:{number}: not the head of a page: {head}")
            (name, section), aliases = names[0], names[1:]
            page = Page(name, section, aliases, match[2] or "", file, number)
            page.group = group
            page.blocks = parse_blocks(lines, file, number + 1)
            made.append(page)
    return made
