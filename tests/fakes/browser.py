"""A browser without scripts, as far as a form needs one: cookies, relative addresses, forms, and what a page says."""

import dataclasses
import io
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

VOID = {"meta", "input", "link", "br"}


@dataclasses.dataclass
class Element:
    tag: str
    attributes: dict
    children: list = dataclasses.field(default_factory=list)

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    def all(self, *tags):
        """Return the elements below with one of these tags, in the document's order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag in tags else []
                found += child.all(*tags)
        return found

    @property
    def text(self):
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self._open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data):
        self._open[-1].children.append(data)

    def close(self):
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is left open"


def parsed(markup):
    """Return the document; AssertionError for elements that are not closed as they were opened."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.root


@dataclasses.dataclass
class Shown:
    """A page as it arrived; `address` is where the browser is then."""

    status: int
    headers: dict
    markup: str
    address: str

    @property
    def document(self):
        return parsed(self.markup)

    @property
    def text(self):
        return " ".join(self.document.all("body")[0].text.split())

    def by_id(self, name):
        found = [each for each in self.document.all(*_tags(self.document)) if each.get("id") == name]
        assert len(found) == 1, f"{len(found)} elements called {name}"
        return found[0]

    def values(self):
        """Return what the page's form would send as it is."""
        values = {}
        for field in self.document.all("input", "select", "textarea"):
            name, kind = field["name"], field.get("type")
            if field.tag == "select":
                chosen = [option for option in field.all("option") if "selected" in option.attributes]
                values[name] = (chosen or field.all("option"))[0]["value"]
            elif field.tag == "textarea":
                values[name] = field.text.removeprefix("\n")
            elif kind != "checkbox" or "checked" in field.attributes:
                values[name] = field.get("value", "")
        return values


def _tags(element):
    return {child.tag for child in element.children if isinstance(child, Element)} | {
        tag for child in element.children if isinstance(child, Element) for tag in _tags(child)
    }


class Browser:
    """Talks to a gateway that is mounted below `prefix`, as an API's stage is."""

    def __init__(self, gateway, *, prefix="", host="time.acme.example"):
        self._gateway = gateway
        self._prefix = prefix
        self.host = host
        self.cookies = {}
        self.set_cookies = []
        self.page = None

    def get(self, path, **headers):
        return self._go("GET", urljoin(self.page.address if self.page else "", path), b"", headers)

    def submit(self, changes=None, *, without=(), raw=None, **headers):
        """Send the page's form with some answers changed."""
        values = {**self.page.values(), **(changes or {})}
        values = {name: value for name, value in values.items() if name not in without}
        (form,) = self.page.document.all("form")
        address = urljoin(self.page.address, form["action"])
        body = urlencode(values).encode() if raw is None else raw
        return self._go("POST", address, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def _go(self, method, address, body, headers):
        status, sent, markup = self.request(method, address, body, headers)
        for _ in range(5):
            if status not in {301, 302, 303, 307, 308}:
                break
            address = urljoin(address, sent["Location"])
            status, sent, markup = self.request("GET", address, b"", {})
        self.page = Shown(status, sent, markup, address)
        return self.page

    def request(self, method, address, body=b"", headers=None):
        """Send one request and keep the cookie it brings; no redirect is followed."""
        parts = urlsplit(address)
        path = parts.path
        assert path.startswith(self._prefix + "/"), f"{path} leads out of {self._prefix}"
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.removeprefix(self._prefix),
            "QUERY_STRING": parts.query,
            "wsgi.input": io.BytesIO(body),
            "HTTP_HOST": self.host,
        }
        if self.cookies:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        for name, value in (headers or {}).items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        seen = {}

        def start_response(status, sent):
            seen.update(status=int(status[:3]), headers=dict(sent))

        markup = b"".join(self._gateway(environ, start_response)).decode()
        if "Set-Cookie" in seen["headers"]:
            self.set_cookies.append(seen["headers"]["Set-Cookie"])
            name, _, value = self.set_cookies[-1].partition(";")[0].partition("=")
            self.cookies[name] = value
        return seen["status"], seen["headers"], markup


def query_of(address):
    return parse_qs(urlsplit(address).query)
