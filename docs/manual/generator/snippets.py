"""The C of the manual: examples as something that can be compiled and run.

Called by scripts/manual and check.py.
"""

import os

import build

PRELUDE = """#define ZMQ_BUILD_DRAFT_API
#include <zmq.h>
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
"""
# What a snippet may use without declaring it.
ARGUMENTS = "void *context, void *socket, zmq_msg_t *message, int fd"
# Calls that an option program would wait in.
WAITS = ("recv", "poll(")
# For the program that makes the calls of all options: each must succeed.
MUST = """
static int must(int result, const char *option)
{
    if (result == -1) {
        fprintf(stderr, "%s: %s\\n", option, zmq_strerror(zmq_errno()));
        exit(1);
    }
    return result;
}
#define zmq_setsockopt(s, o, v, n) must(zmq_setsockopt(s, o, v, n), #o)
#define zmq_getsockopt(s, o, v, n) must(zmq_getsockopt(s, o, v, n), #o)
#define zmq_ctx_set(c, o, v) must(zmq_ctx_set(c, o, v), #o)
"""


def snippets(manual):
    """(file, line, code) of every piece of C, once."""
    for page in manual.pages:
        for block in page.blocks:
            if block.kind == "code" and block.form == "c":
                # An option's own example begins at the option's line.
                yield f"docs/manual/{block.__dict__.get('file', page.file)}", block.line, block.text


def is_program(text):
    return "\nint main(" in text


def c_file(manual):
    """All snippets: functions as they are, statements inside a function each."""
    parts = [PRELUDE]
    for number, (file, line, text) in enumerate(snippets(manual)):
        at = f'#line {line + 1} "{file}"\n'
        if is_program(text):
            continue
        if "\n{\n" in text or text.startswith("#include"):
            parts.append(at + text + "\n")
        else:
            head = f"static void example_{number} ({ARGUMENTS})\n{{\n"
            parts.append(head + at + text + "\n}\n")
    return "".join(parts)


def programs(manual):
    """File name to text of the examples that are whole programs."""
    made = {}
    for file, line, text in snippets(manual):
        if is_program(text):
            name = os.path.basename(file).replace(".md", f"_{line}.c")
            made[name] = f'#line {line + 1} "{file}"\n{text}\n'
    made["options.c"] = option_program(manual)
    return made


def option_program(manual):
    """Sets and reads every option as its example does, on a socket of a fitting type."""
    functions, calls = [PRELUDE, MUST], []
    for option in manual.options + manual.context_options:
        for block in build.describe(option):
            if block.kind != "code" or any(word in block.text for word in WAITS):
                continue
            name = f"{option.name}_{len(calls)}"
            functions.append(f"static void do_{name} ({ARGUMENTS})\n{{\n{block.text}\n}}\n")
            types = option.row.get("types", "all")
            fitting = "DEALER" if types == "all" else "SUB" if "SUB" in types.split() else types.split()[0]
            if option.name == "ZMQ_TOPICS_COUNT":
                fitting = "SUB"
            calls.append(f"    socket = zmq_socket(all, ZMQ_{fitting});\n"
                         f"    do_{name}(context, socket, NULL, -1);\n    zmq_close(socket);\n")
    main = ("int main(void)\n{\n    void *socket, *context = zmq_ctx_new(), *all = zmq_ctx_new();\n"
            + "".join(calls) + "    zmq_ctx_term(context);\n    return zmq_ctx_term(all);\n}\n")
    return "".join(functions) + main
