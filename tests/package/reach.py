"""What a function of the app may come to ask of the store, read from the code: whatever its entry point can reach."""

import ast
from functools import cached_property

PACKAGE = "chalicelib"
ROOMS = ("chalicelib.handlers.", "chalicelib.services.")
OPERATIONS = {"get": "GetItem", "put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem", "query": "Query"}
QUERIES = {"lane": "Table/index/due", "span": "Table/index/month"}
QUEUE = {
    "send_delivery": ("sqs:SendMessage", "OpenQueue"),
    "send_entries": ("sqs:SendMessage", "PostQueue"),
    "send_letter": ("sqs:SendMessage", "TellQueue"),
    "depth": ("sqs:GetQueueAttributes", "PostQueue"),
}
PARAMETERS = {
    "github_webhook": "github-webhook-secrets",
    "form": "form-*",
    "form_password": "form-*",
    "notify": "notify-*",
    "address": "notify-*",
}
PORTS = {"ledger", "queue", "secrets", "throttle", "noko"}
LEDGER = ("deliveries", "windows", "entries", "copies", "runs", "ledger")


class Module:
    """The functions and classes of a file by name, and what its imports call whom."""

    def __init__(self, path):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        self.parts = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        self.imports = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE)
            for alias in node.names
        }


class Code:
    def __init__(self, root):
        files = (path for path in (root / PACKAGE).rglob("*.py"))
        self.modules = {".".join(path.relative_to(root).with_suffix("").parts): Module(path) for path in files}

    def asked(self, *entries):
        """Return pairs of action and resource, as policies name them, for entry points `module.function`."""
        found, seen, waiting = set(), set(), [tuple(entry.rsplit(".", 1)) for entry in entries]
        while waiting:
            place = waiting.pop()
            module, name = f"{PACKAGE}.{place[0].removeprefix(f'{PACKAGE}.')}", place[1]
            if not module.startswith(ROOMS):
                continue  # ports are known by what is asked of them
            if (module, name) in seen or name not in getattr(self.modules.get(module), "parts", {}):
                continue
            seen.add((module, name))
            for node in ast.walk(self.modules[module].parts[name]):
                found |= self._calls(node)
                waiting += self._next(node, module)
        return found

    def _next(self, node, module):
        """Yield what a name, or a name in a module, stands for."""
        imports = self.modules[module].imports
        match node:
            case ast.Name(id=name) if name in self.modules[module].parts:
                yield module, name
            case ast.Name(id=name) if name in imports:
                yield imports[name]
            case ast.Attribute(value=ast.Name(id=name), attr=part) if name in imports:
                yield ".".join(imports[name]), part

    def _calls(self, node):
        match node:
            case ast.Attribute(attr="stamped"):
                return self.ledger["claim_store"]
            case ast.Attribute(attr="with_github"):
                return self.ledger["claim_store"] | {_read("github-token")}
            case ast.Attribute(attr="noko"):
                return self.throttle | {_read("noko-token"), _read("noko-access-token")}
            case ast.Attribute(attr="throttle") | ast.Name(id="throttle"):
                return self.throttle
            case ast.Attribute(value=ast.Attribute(attr="secrets") | ast.Name(id="secrets"), attr=method) if (
                method in PARAMETERS
            ):
                return {_read(PARAMETERS[method])}
            case ast.Attribute(value=ast.Attribute(attr="ledger") | ast.Name(id="ledger"), attr=method):
                return self.ledger[method]
            case ast.Attribute(value=ast.Attribute(attr="queue") | ast.Name(id="queue"), attr=method):
                return {QUEUE[method]}
        return set()

    def renamed(self):
        """Return where one of the ports that are known by their names is given another one: calls would be missed."""
        return [
            (name, ast.unparse(node))
            for name, module in self.modules.items()
            if name.startswith(ROOMS)
            for part in module.parts.values()
            for node in ast.walk(part)
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr)
            and {target for target, port in _pairs(node) if port in PORTS and target != port}
        ]

    @cached_property
    def ledger(self):
        """What each method of the ledger asks of the table."""
        methods = {}
        for name in LEDGER:
            for part in self.modules[f"{PACKAGE}.table.{name}"].parts.values():
                if isinstance(part, ast.ClassDef):
                    methods |= {node.name: node for node in part.body if isinstance(node, ast.FunctionDef)}
        return {name: self._table(node, methods) for name, node in methods.items()}

    @cached_property
    def throttle(self):
        """What all of the throttle asks: a call to Noko may need any of it."""
        return self._table(self.modules[f"{PACKAGE}.table.throttle"].parts["TableThrottle"], {}) | {
            ("dynamodb:GetItem", "Table")  # to measure its clock
        }

    def _table(self, root, methods):
        found = set()
        for node in ast.walk(root):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="_table"), attr=verb)) if verb in OPERATIONS:
                    index = next((f"/index/{k.value.value}" for k in node.keywords if k.arg == "index"), "")
                    found.add((f"dynamodb:{OPERATIONS[verb]}", f"Table{index}"))
                case ast.Call(func=ast.Name(id=name)) if name in QUERIES:
                    found.add(("dynamodb:Query", QUERIES[name]))
                case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in methods:
                    found |= self._table(methods[name], {k: v for k, v in methods.items() if k != name})
        return found


def _pairs(node):
    """Yield the last names of what is assigned to, and of what is assigned to it."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        both = [
            each.elts if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) else [each]
            for each in (target, node.value)
        ]
        yield from ((_last(one), _last(other)) for one, other in zip(*both, strict=True))


def _last(node):
    return getattr(node, "attr", getattr(node, "id", None))


def _read(name):
    return "ssm:GetParameter", f"parameter/${{AWS::StackName}}/{name}"
