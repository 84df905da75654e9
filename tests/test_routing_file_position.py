"""Where keys are written, compared with documents whose writer remembered it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.routing_file.position import positions


def lines(text):
    tomllib.loads(text)
    return {path: line for path, (line, _) in positions(text).items()}


def test_every_key_header_and_element_has_a_line_and_column():
    text = 'top = 1\n[a.b]\n  c.d = [1,\n 2]\n[[e]]\n[[e]]\nf = { g = "x", h.i = [{ j = 1 }] }\n'
    assert positions(text) == {
        ("top",): (1, 1),
        ("a",): (2, 1),
        ("a", "b"): (2, 1),
        ("a", "b", "c"): (3, 3),
        ("a", "b", "c", "d"): (3, 5),
        ("a", "b", "c", "d", 0): (3, 10),
        ("a", "b", "c", "d", 1): (4, 2),
        ("e",): (5, 1),
        ("e", 0): (5, 1),
        ("e", 1): (6, 1),
        ("e", 1, "f"): (7, 1),
        ("e", 1, "f", "g"): (7, 7),
        ("e", 1, "f", "h"): (7, 16),
        ("e", 1, "f", "h", "i"): (7, 18),
        ("e", 1, "f", "h", "i", 0): (7, 23),
        ("e", 1, "f", "h", "i", 0, "j"): (7, 25),
    }


def test_the_header_of_a_table_goes_before_a_longer_name_that_implied_it():
    assert lines("[a.b]\n[a]\n")["a",] == 2


def test_tables_below_a_list_of_tables_belong_to_the_latest():
    text = "[[a]]\n[[a.b]]\n[a.b.c]\nx = 1\n[[a]]\n[[a.b]]\n[[a.b]]\nx = 1\n"
    assert lines(text) == {
        ("a",): 1,
        ("a", 0): 1,
        ("a", 0, "b"): 2,
        ("a", 0, "b", 0): 2,
        ("a", 0, "b", 0, "c"): 3,
        ("a", 0, "b", 0, "c", "x"): 4,
        ("a", 1): 5,
        ("a", 1, "b"): 6,
        ("a", 1, "b", 0): 6,
        ("a", 1, "b", 1): 7,
        ("a", 1, "b", 1, "x"): 8,
    }


@pytest.mark.parametrize(
    "value",
    [
        '"""\n[[no]]\nno = 1\n"""',
        '"""a""""',
        '"""a"""""',
        '""""a"""',
        '"""a""b\\"""c\\\\"""',
        "'''\n[[no]]\n'no' = 1\n'''",
        "'''a''''",
        "'''''a'''",
        '"# no = [1]"',
        r'"\" = [\\"',
        "'\\'",
        '""',
        "[ # ] no = 1\n 1, ']', # [\n \"[\", [], [[ ]], {}, ]",
        "{ x = '}', 'y#' = [ 1 ] }",
        "1979-05-27 07:32:00",
        "-1.5e+3 # [no]",
        "inf",
    ],
)
def test_nothing_inside_a_value_is_taken_for_a_key(value):
    text = f"before = 1\nkey = {value}\nafter = 1\n[last]\n"
    found = lines(text)
    end = 2 + value.count("\n")
    keys = {path[0]: line for path, line in found.items() if len(path) == 1}
    assert keys == {"before": 1, "key": 2, "after": end + 1, "last": end + 2}


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("a . b", ("a", "b")),
        ('"a.b".c', ("a.b", "c")),
        ('\'a]=#\'."\\u0041\\""', ("a]=#", 'A"')),
        ('""', ("",)),
        ("3.14", ("3", "14")),
        ("true", ("true",)),
    ],
)
def test_a_key_is_read_as_toml_reads_it_in_a_line_and_in_a_header(written, path):
    assert lines(f"\n{written} = 1")[path] == 2
    assert lines(f"\n[ {written} ] # [c]")[path] == 2
    assert lines(f"\n[[{written}]]")[*path, 0] == 2


def test_windows_line_ends_count_once():
    assert lines('a = """\r\nx\r\n"""\r\nb = 1\r\n') == {("a",): 1, ("b",): 4}


def test_whatever_depth_toml_reads_is_read():
    depth = 150
    assert len(lines("a = " + "[" * depth + "]" * depth)) == depth


# A writer that remembers where it put each key.

names = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True), st.text("a.#=[]{}\"'\\ ü", max_size=4))
strings = st.text("a#=[]{}\"'\\,\n\t ", max_size=10)
gaps = st.sampled_from(["", " ", "\t "])
breaks = st.sampled_from(["", " ", "\n", " # ] } \" ' = [\n", "\n\n"])


def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")


@st.composite
def written_string(draw):
    text = draw(strings)
    style = draw(st.integers(0, 3))
    if style == 0 and "'" not in text and "\n" not in text:
        return f"'{text}'"
    if style == 1 and "'''" not in text and not text.endswith("'"):
        return f"'''{text}'''"
    if style == 2:
        return '"""' + text.replace("\\", "\\\\").replace('"""', '""\\"') + '"""'
    return f'"{escaped(text)}"'


def written_name(name, plain):
    bare = name and name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare and plain else f'"{escaped(name)}"'


class Writer:
    """Writes a document piece by piece and notes the line of every key."""

    def __init__(self, draw):
        self.draw = draw
        self.text = ""
        self.noted = {}

    def put(self, *pieces):
        self.text += "".join(pieces)

    def note(self, path):
        self.noted[path] = self.text.count("\n") + 1

    def value(self, path, depth):
        kinds = ["string", "scalar"] + (["list", "table"] if depth else [])
        match self.draw(st.sampled_from(kinds)):
            case "string":
                self.put(self.draw(written_string()))
            case "scalar":
                self.put(self.draw(st.sampled_from(["1", "-0.5", "true", "1979-05-27 07:32:00", "0xAF"])))
            case "list":
                self.put("[")
                for index in range(self.draw(st.integers(0, 3))):
                    self.put(self.draw(breaks))
                    self.note((*path, index))
                    self.value((*path, index), depth - 1)
                    self.put(self.draw(breaks), ",")
                self.put(self.draw(breaks), "]")
            case "table":
                self.put("{")
                for index, name in enumerate(self.draw(st.lists(names, max_size=3, unique=True))):
                    self.put("," if index else "", self.draw(gaps))
                    self.pair((*path, name), depth - 1)
                self.put(self.draw(gaps), "}")

    def pair(self, path, depth):
        self.note(path)
        written = written_name(path[-1], self.draw(st.booleans()))
        if self.draw(st.booleans()):
            self.note((*path, "dotted"))
            path = (*path, "dotted")
            written += self.draw(gaps) + "." + self.draw(gaps) + "dotted"
        self.put(written, self.draw(gaps), "=", self.draw(gaps))
        self.value(path, depth)

    def pairs(self, table):
        for name in self.draw(st.lists(names, max_size=3, unique=True)):
            self.put(self.draw(breaks))
            self.pair((*table, name), 3)
            self.put(self.draw(gaps), self.draw(st.sampled_from(["\n", "# [x]\n", "\n\n"])))


@st.composite
def documents(draw):
    writer = Writer(draw)
    for index in range(draw(st.integers(0, 4))):
        name = f"table{index}"
        many = draw(st.booleans())
        for number in range(draw(st.integers(1, 3)) if many else 1):
            path = (name, number) if many else (name,)
            if number == 0:
                writer.note((name,))
            writer.note(path)
            writer.put(f"[[{name}]]\n" if many else f"[ {name} ] # x\n")
            writer.pairs(path)
    return writer


@given(documents())
def test_each_key_is_found_in_the_line_where_it_was_written(writer):
    assert lines(writer.text) == writer.noted


def every_path(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from every_path(inner, (*path, key))


marks = ["a", "b", "1", " ", "\n", '"', "'", '"""', "'''", "\\", "=", "[", "]", "[[", "]]", "{", "}", ",", ".", "#"]
starts = ["a = 1\n", "b.c = [", "[a]\n", "[[b]]\n", 'c = "', "d = '''"]
fragments = st.sampled_from([*marks, *starts])


@given(st.one_of(st.text(max_size=30), st.lists(fragments, max_size=25).map("".join)))
def test_whatever_toml_accepts_has_a_place_for_each_of_its_paths(text):
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(positions(text)) == set(every_path(document))
