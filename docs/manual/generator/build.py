"""Puts pages together: synopsis from the header, options from the tables,
compatibility from COMPAT.md, around what docs/manual/*.md says.

Called by scripts/manual and check.py; knows neither roff nor HTML.
"""

import re

from source import Block, Mistake, OPTION_FILES
import source

TYPE_TEXT = {"bytes": "binary, any bytes", "text": "text, without a NUL",
             "key": "CURVE key", "int": "int", "int64_t": "int64_t", "uint64_t": "uint64_t"}


class Manual:
    """All pages, complete, and what they were made from."""

    def __init__(self):
        self.functions = source.functions()
        self.compat = source.compatibility()
        self.options = source.options("options.tsv", OPTION_FILES)
        self.context_options = source.options("context_options.tsv", ["options_context.md"])
        self.pages = [self.complete(page) for page in source.pages()]
        self.by_name = {}
        for page in self.pages:
            for name, section in [(page.name, page.section), *page.aliases]:
                if (name, section) in self.by_name:
                    raise Mistake(f"{page.file}: {name}({section}) stands twice")
                self.by_name[name, section] = page

    def complete(self, page):
        function = self.functions.get(page.name) if page.section == "3" else None
        blocks = []
        for block in page.blocks:
            if block.kind == "directive":
                blocks += self.expand(block, page)
            else:
                blocks.append(block)
        if function:
            page.summary = page.summary or function.summary()
            blocks = synopsis(function) + blocks
            page.function = function
        page.blocks = self.with_compatibility(page, function, blocks)
        return page

    def with_compatibility(self, page, function, blocks):
        """The section before "See also"; pages of section 7 write their own."""
        if not function:
            return blocks
        text = state_text(self.compat.get(page.name, "works"))
        if function.draft:
            text += " A draft function: `zmq.h` declares it only where `ZMQ_BUILD_DRAFT_API` is defined."
        if function.deprecated:
            text += " Deprecated: kept for old programs."
        line = page.line
        more = [Block("heading", line, level=2, text="Compatibility"), Block("text", line, text=text)]
        is_end = [b.kind == "heading" and b.text == "See also" for b in blocks]
        at = is_end.index(True) if True in is_end else len(blocks)
        return blocks[:at] + more + blocks[at:]

    def expand(self, block, page):
        """What stands for a line "@what"."""
        yes = lambda key: lambda option: option.row[key] == "yes"
        refused = lambda option: option.row["set"] == option.row["get"] == "no"
        if block.text == "themes":
            return themes(self.options, block.line)
        if block.text == "settable-options":
            chosen = [o for o in self.options if yes("set")(o)]
        elif block.text == "reports":
            chosen = [o for o in self.options if yes("get")(o) and not yes("set")(o)]
        elif block.text == "refused-options":
            chosen = [o for o in self.options if refused(o)]
        elif block.text == "readable-options":
            return [readable(self.options, block.line)]
        elif block.text == "context-options":
            chosen = self.context_options
        else:
            raise Mistake(f"{page.file}:{block.line}: no such directive: {block.text}")
        blocks = []
        for option in sorted(chosen, key=lambda option: option.name):
            blocks += describe(option)
        return blocks


def synopsis(function):
    lines = ["#include <zmq.h>", "", source.wrapped(function.prototype)]
    if function.draft:
        lines.insert(0, "#define ZMQ_BUILD_DRAFT_API")
    return [Block("heading", 0, level=2, text="Synopsis"),
            Block("code", 0, text="\n".join(lines), form="synopsis")]


def state_text(state):
    kind, _, rest = state.partition(": ")
    if kind == "differs":
        return f"Differs from libzmq 4.3.5: {rest}."
    if kind == "not yet":
        return f"Not there yet: {rest}."
    return "As in libzmq 4.3.5."


def themes(options, line):
    """The names of all options by theme."""
    found = {option.theme: [] for option in sorted(options, key=lambda o: OPTION_FILES.index(o.file))}
    for option in options:
        found[option.theme].append(option.name)
    items = [(theme, ", ".join(sorted(names))) for theme, names in found.items()]
    return [Block("terms", line, items=items)]


def readable(options, line):
    rows = []
    for option in sorted(options, key=lambda option: option.name):
        row = option.row
        if row["get"] == "yes":
            unit = option.fields.get("unit", "-").split(";")[0].split(",")[0]
            rows.append([row["name"], row["type"], unit, default_text(option)])
    return Block("table", line, head=["option", "type", "unit", "at first"], rows=rows)


def default_text(option):
    return option.fields.get("default", option.row["default"])


def describe(option):
    """Heading, text, facts and example of an option."""
    row, fields, line = option.row, option.fields, option.line
    socket_option = "types" in row
    facts = [["type", TYPE_TEXT[row["type"]] if socket_option else fields.get("type", "int")]]
    if "unit" in fields:
        facts.append(["unit", fields["unit"]])
    facts.append(["default", default_text(option)])
    facts.append(["range", fields.get("range", row["range"])])
    if socket_option:
        facts.append(["socket types", fields.get("types", row["types"].replace(" ", ", "))])
    facts.append(["applies", fields.get("applies", row.get("applies", "-"))])
    facts.append(["set, read", f"{row['set']}, {row['get']}"])
    if row.get("kind", "stable") != "stable":
        facts.append(["declared", "as a draft" if row["kind"] == "draft" else "as deprecated"])
    if row.get("state", "works") != "works":
        facts.append(["here", row["state"]])
    heading = Block("heading", line, level=3, text=f"{row['name']} ({row['number']})")
    heading.option = option
    table = Block("table", line, head=None, rows=facts)
    text = [block for block in option.blocks if block.kind != "code"]
    code = [block for block in option.blocks if block.kind == "code"]
    if "example" in fields:
        code += [Block("code", line, text=example(option), form="c")]
    blocks = [heading, *text, table, *code]
    for block in blocks:
        block.file = option.file
    return blocks


def example(option):
    """The call that sets or reads an option, for the value of its "example:"."""
    row, given = option.row, option.fields["example"]
    name = row["name"]
    value, _, comment = given.partition(" /* ")
    comment = f" /* {comment}" if comment else ""
    if "types" not in row:
        return f"zmq_ctx_set(context, {name}, {value});{comment}"
    if value == "read":
        return read_example(row)
    if row["type"] in ("int", "int64_t", "uint64_t"):
        variable = re.sub(r"^ZMQ_", "", name).lower()
        return (f"{row['type']} {variable} = {value};{comment}\n"
                f"zmq_setsockopt(socket, {name}, &{variable}, sizeof {variable});")
    length = len(value.strip('"').encode().decode("unicode_escape"))
    return f"zmq_setsockopt(socket, {name}, {value}, {length});{comment}"


def read_example(row):
    if row["type"] == "text":
        return ("char text[256];\nsize_t size = sizeof text;\n"
                f"zmq_getsockopt(socket, {row['name']}, text, &size);")
    return ("int value;\nsize_t size = sizeof value;\n"
            f"zmq_getsockopt(socket, {row['name']}, &value, &size);")
