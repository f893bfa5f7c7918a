"""Pages as HTML with a search that needs no server.

Called by scripts/manual and check.py. style.css and search.js stand beside this
file and are copied.
"""

import html
import json
import os
import re

from source import GROUPS, OPTION_FILES

HERE = os.path.dirname(os.path.abspath(__file__))
INLINE = re.compile(
    r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\b(zmq(?:_\w+)?)(\([37]\))|\b(ZMQ_[A-Z0-9_]+)\b")
FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="style.css">
<script src="search-index.js" defer></script>
<script src="search.js" defer></script>
</head>
<body>
<header>
<a class="home" href="index.html">libzmq manual</a>
<input id="search" type="search" placeholder="Search: zmq_poll, LINGER, EAGAIN..."
 autocomplete="off" aria-label="Search the manual">
</header>
<ol id="found" hidden></ol>
<main>
{body}
</main>
</body>
</html>
"""


class Web:
    """All pages of one manual as HTML."""

    def __init__(self, manual):
        self.manual = manual
        self.option_urls = {}
        self.index = []
        for page in manual.pages:
            for block in page.blocks:
                if hasattr(block, "option"):
                    self.option_urls[block.option.name] = f"{url(page)}#{block.option.name}"

    def files(self):
        """Path below html/ to content."""
        made = {url(page): self.page(page) for page in self.manual.pages}
        made["index.html"] = self.contents()
        # For links and bookmarks by an old name.
        for page in self.manual.pages:
            for name, section in page.aliases:
                made[f"{name}.{section}.html"] = (
                    f'<!DOCTYPE html><meta charset="utf-8"><title>{name}</title>'
                    f'<meta http-equiv="refresh" content="0; url={url(page)}">\n')
        made["search-index.js"] = "var INDEX = " + json.dumps(self.index, indent=0) + ";\n"
        for name in ("style.css", "search.js"):
            with open(os.path.join(HERE, name), encoding="ascii") as file:
                made[name] = file.read()
        return made

    def inline(self, text):
        def one(match):
            code, strong, emphasis, name, section, option = match.groups()
            if name:
                return self.reference(name, section)
            if option:
                return self.option(option)
            if code:
                inner = self.option(code) if code in self.option_urls else html.escape(code)
                return f"<code>{inner}</code>"
            if strong:
                return f"<strong>{html.escape(strong)}</strong>"
            return f"<em>{html.escape(emphasis)}</em>"
        parts, at = [], 0
        for match in INLINE.finditer(text):
            parts += [html.escape(text[at:match.start()]), one(match)]
            at = match.end()
        return "".join(parts) + html.escape(text[at:])

    def reference(self, name, section):
        page = self.manual.by_name.get((name, section.strip("()")))
        text = f"<code>{name}</code>{section}"
        return f'<a href="{url(page)}">{text}</a>' if page else text

    def option(self, name):
        where = self.option_urls.get(name)
        return f'<a href="{where}">{name}</a>' if where else name

    def page(self, page):
        names = [page.name, *[name for name, _ in page.aliases]]
        body = [f"<h1>{', '.join(names)} <small>({page.section})</small></h1>",
                f'<p class="summary">{self.inline(page.summary)}</p>']
        words = []
        for block in page.blocks:
            body.append(self.block(block, page, words))
        self.index.append([", ".join(names), url(page), page.summary, compact(words)])
        return FRAME.format(title=page.title(), body="\n".join(body))

    def block(self, block, page, words):
        if block.kind == "heading":
            return self.heading(block, page)
        if block.kind == "text":
            words.append(block.text)
            return f"<p>{self.inline(block.text)}</p>"
        if block.kind == "list":
            words += block.items
            return "<ul>" + "".join(f"<li>{self.inline(i)}</li>" for i in block.items) + "</ul>"
        if block.kind == "terms":
            words += [f"{term} {text}" for term, text in block.items]
            rows = (f"<dt>{self.inline(t)}</dt><dd>{self.inline(d)}</dd>" for t, d in block.items)
            return "<dl>" + "".join(rows) + "</dl>"
        if block.kind == "table":
            return self.table(block, words)
        return f"<pre><code>{html.escape(block.text)}</code></pre>"

    def heading(self, block, page):
        if hasattr(block, "option"):
            option = block.option
            first = next((b.text for b in option.blocks if b.kind == "text"), "")
            words = [b.text for b in option.blocks if b.kind == "text"]
            self.index.append([option.name, self.option_urls[option.name], first[:120],
                               compact(words)])
            return f'<h3 id="{option.name}">{html.escape(block.text)}</h3>'
        anchor = re.sub(r"\W+", "-", block.text.lower())
        return f'<h{block.level} id="{anchor}">{html.escape(block.text)}</h{block.level}>'

    def table(self, block, words):
        words += [" ".join(row) for row in block.rows]
        lines = ["<table>" if block.head else '<table class="facts">']
        if block.head:
            lines.append("<tr>" + "".join(f"<th>{self.inline(c)}</th>" for c in block.head) + "</tr>")
        for row in block.rows:
            first = "th" if not block.head else "td"
            cells = [f"<{first}>{self.inline(row[0])}</{first}>"]
            cells += [f"<td>{self.inline(cell)}</td>" for cell in row[1:]]
            lines.append("<tr>" + "".join(cells) + "</tr>")
        return "\n".join([*lines, "</table>"])

    def contents(self):
        body = ["<h1>The manual of libzmq.so.5 in Rust</h1>"]
        for _, group in GROUPS:
            pages = [page for page in self.manual.pages if page.group == group]
            rows = (f'<dt><a href="{url(p)}"><code>{p.name}</code></a>({p.section})</dt>'
                    f"<dd>{self.inline(p.summary)}</dd>" for p in pages)
            body += [f"<h2>{group}</h2>", '<dl class="contents">', *rows, "</dl>"]
        body += ["<h2>All options</h2>", "<dl>"]
        for option_file in OPTION_FILES:
            options = [o for o in self.manual.options if o.file == option_file]
            links = ", ".join(f"<code>{self.option(name)}</code>" for name in sorted(o.name for o in options))
            body.append(f"<dt>{html.escape(options[0].theme)}</dt><dd>{links}</dd>")
        body.append("</dl>")
        return FRAME.format(title="libzmq manual", body="\n".join(body))


def url(page):
    return f"{page.name}.{page.section}.html"


def compact(words):
    """The text that is searched, without marks, in small letters."""
    return re.sub(r"[`*]|\s+", " ", " ".join(words)).lower()
