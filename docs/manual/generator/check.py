"""What must hold of the manual. Called by `scripts/manual --check`.

Each check returns its complaints, "file:line: what".
"""

import errno
import html.parser
import os
import re
import shutil
import subprocess
import tempfile

from build import Manual
import roff
import snippets
import source
import web

# Of the environment, which the library reads.
VARIABLES = {"ZMQ_DEBUG", "ZMQ_SPIN"}

# Words in capitals that begin with E and are no errors.
NO_ERRORS = {"EVENTS", "ERROR", "EOF", "ENTER", "END", "EST", "ECN", "ESC"}


def texts(blocks):
    """Every (line, text) that is prose."""
    for block in blocks:
        if block.kind in ("heading", "text"):
            yield block.line, block.text
        elif block.kind == "list":
            yield from ((block.line, item) for item in block.items)
        elif block.kind == "terms":
            yield from ((block.line, f"{term} {text}") for term, text in block.items)
        elif block.kind == "table":
            for row in [block.head or [], *block.rows]:
                yield from ((block.line, cell) for cell in row)


def every_function_has_a_page(manual):
    exports = source.read("docs", "exports.txt").split()
    for name in exports:
        if (name, "3") not in manual.by_name:
            yield f"docs/exports.txt: {name} has no page"
        elif name not in manual.functions:
            yield f"include/zmq.h: {name} is not declared as the manual expects"
    for page in manual.pages:
        if page.section == "3" and page.name not in exports:
            yield f"{page.file}:{page.line}: {page.name} is not exported"


def pages_are_complete(manual):
    for page in manual.pages:
        where = f"{page.file}:{page.line}: {page.name}"
        sections = page.sections()
        needed = ["Description", "See also"]
        if page.section == "3":
            needed += ["Synopsis", "Return value", "Errors", "Example", "Compatibility"]
        for name in needed:
            if not sections.get(name):
                yield f"{where} lacks the section {name}"
        if not page.summary or page.summary.endswith("."):
            yield f"{where}: a summary without a full stop is needed"


def named_errors(page):
    blocks = page.sections().get("Errors", [])
    return {term for block in blocks if block.kind == "terms" for term, _ in block.items}


def errors_of_the_header_are_explained(manual):
    for page in manual.pages:
        function = manual.functions.get(page.name) if page.section == "3" else None
        if not function:
            continue
        # What others fail with afterwards is no error of this function.
        doc = re.sub(r"fail with \w+", "", function.doc)
        promised = set(re.findall(r"\bE[A-Z0-9]{3,}\b", doc)) - NO_ERRORS
        for name in sorted(promised - named_errors(page)):
            yield f"{page.file}:{page.line}: {page.name}: {name} of the header is not explained"
        for block in page.sections().get("Errors", []):
            for term, text in getattr(block, "items", []) if block.kind == "terms" else []:
                if not text:
                    yield f"{page.file}:{block.line}: {page.name}: {term} is not explained"


def names_exist(manual):
    header = source.read("include", "zmq.h")
    known = set(errno.errorcode.values()) | set(re.findall(r"#define (E[A-Z]+)", header))
    for page in manual.pages:
        for line, text in texts(page.blocks):
            where = f"{page.file}:{line}: {page.name}"
            for word in set(re.findall(r"\bE[A-Z0-9]{2,}\b", text)) - NO_ERRORS:
                if word not in known:
                    yield f"{where}: {word} is no error of zmq.h"
            for word in set(re.findall(r"\bZMQ_[A-Z0-9_]+\b", text)) - VARIABLES:
                # "ZMQ_GSSAPI_..." stands for all that begin so.
                if not re.search(rf"\b{word}" + ("" if word.endswith("_") else r"\b"), header):
                    yield f"{where}: {word} is not in zmq.h"
            for name, section in source.REFERENCE.findall(text):
                if (name, section) not in manual.by_name:
                    yield f"{where}: there is no {name}({section})"
            for name in re.findall(r"`(zmq_\w+)", text):
                if name not in manual.functions and f"{name}" not in header:
                    yield f"{where}: {name} is not in zmq.h"


def every_macro_is_told_of(manual):
    text = " ".join(text for page in manual.pages for _, text in texts(page.blocks))
    text += " ".join(b.text for page in manual.pages for b in page.blocks if b.kind == "code")
    told = set(re.findall(r"\bZMQ_\w+", text)) | {"ZMQ_EXPORT"}
    for name in re.findall(r"#define (ZMQ_\w+)", source.read("include", "zmq.h")):
        if name not in told:
            yield f"include/zmq.h: no page tells of {name}"


def see_also_is_a_list_of_pages(manual):
    for page in manual.pages:
        for block in page.sections().get("See also", []):
            for part in re.split(r",\s*", block.text):
                if not re.fullmatch(r"zmq(_\w+)?\([37]\)", part):
                    yield f"{page.file}:{block.line}: {page.name}: not a page: {part}"


def options_are_complete(manual):
    for option in manual.options + manual.context_options:
        where = f"{option.file}:{option.line}: {option.name}"
        row, fields = option.row, option.fields
        if not any(block.kind == "text" for block in option.blocks):
            yield f"{where}: no text"
        for key in ("default", "range"):
            report = row["set"] == "no" and row["get"] == "yes"
            if fields.get(key, row[key]) == "-" and not report:
                yield f"{where}: no {key}"
            if key in fields and key == "default" and row[key] not in ("-", "by type"):
                yield f"{where}: its default is known from the table"
        usable = row["set"] == "yes" or row["get"] == "yes"
        has_code = any(block.kind == "code" for block in option.blocks)
        if usable and "example" not in fields and not has_code:
            yield f"{where}: no example"
        yield from example_is_in_range(option, where)
        times = row["name"].endswith(("_IVL", "_IVL_MAX", "TIMEO", "_TIMEOUT", "LINGER", "_TTL"))
        if times and "unit" not in fields:
            yield f"{where}: no unit"


def example_is_in_range(option, where):
    value = option.fields.get("example", "").partition(" /* ")[0]
    match = re.fullmatch(r"(-?\d+) (?:or more|to (-?\d+))", option.row["range"])
    if not match or not re.fullmatch(r"-?\d+", value):
        return
    if int(value) < int(match[1]) or (match[2] and int(value) > int(match[2])):
        yield f"{where}: the example is out of range"


def compiles(text, directory, name):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    command = ["cc", "-fsyntax-only", "-std=gnu11", "-Wall", "-Werror", "-Wno-unused", path,
               "-I" + os.path.join(source.ROOT, "include")]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        yield result.stderr.strip()


def examples_compile(manual):
    if not shutil.which("cc"):
        return
    with tempfile.TemporaryDirectory() as directory:
        yield from compiles(snippets.c_file(manual), directory, "snippets.c")
        for name, text in snippets.programs(manual).items():
            yield from compiles(text, directory, name)


def groff_has_no_complaints(manual):
    if not shutil.which("groff"):
        return
    for name, text in roff.files(manual).items():
        if text.startswith(".so"):
            continue
        command = ["groff", "-man", "-ww", "-z", "-t", "-Tutf8"]
        result = subprocess.run(command, input=text, capture_output=True, text=True)
        if result.stderr or result.returncode != 0:
            yield f"{name}: {result.stderr.strip()}"


def links_of_the_html_lead_somewhere(manual):
    files = web.Web(manual).files()
    anchors = {name: set(re.findall(r' id="([^"]+)"', text)) for name, text in files.items()}
    for name, text in files.items():
        for target in re.findall(r' href="([^"]+)"', text):
            path, _, anchor = target.partition("#")
            if path not in files or (anchor and anchor not in anchors[path]):
                yield f"html/{name}: {target} leads nowhere"


class Nesting(html.parser.HTMLParser):
    """Whether every element is closed, in order."""

    VOID = {"meta", "link", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"line {self.getpos()[0]}: </{tag}>")


def html_is_well_formed(manual):
    for name, text in web.Web(manual).files().items():
        if name.endswith(".html"):
            nesting = Nesting()
            nesting.feed(text)
            nesting.close()
            for what in nesting.wrong + nesting.open:
                yield f"html/{name}: {what} does not fit"


CHECKS = [
    every_function_has_a_page, pages_are_complete, errors_of_the_header_are_explained,
    names_exist, every_macro_is_told_of, see_also_is_a_list_of_pages, options_are_complete, examples_compile,
    groff_has_no_complaints, html_is_well_formed, links_of_the_html_lead_somewhere,
]


def complaints():
    manual = Manual()
    return manual, [complaint for check in CHECKS for complaint in check(manual)]
