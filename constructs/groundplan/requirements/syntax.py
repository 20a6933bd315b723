"""What an expression looks at, read from the syntax tree its compiler gives out.

The compiler serializes to [`cel.expr.CheckedExpr`](https://github.com/google/cel-spec/blob/master/proto/cel/expr/checked.proto);
the few protocol buffer fields that matter here are decoded by hand, which is smaller than a dependency on generated
classes. Macros (`exists`, `all`, `map` ...) are already expanded, so one rule for comprehensions covers them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Step = str | int
"""A key, a list index, or `*` for every item."""

ReadPath = tuple[Step, ...]
"""A variable and the way from it: `("object", "spec", "containers", "*", "name")`."""

EACH = "*"
_ITEM = "\0item"  # the path stands for an item of a list that the expression builds itself
_PASS_ON = frozenset({"_?._", "_[?_]", "orValue", "value", "or", "_+_", "_?_:_", "optional.of", "distinct", "dyn"})
"""Functions whose result is (part of) an argument: what is selected from the result is selected from the argument."""
_INDEXING = frozenset({"_[_]", "_?._", "_[?_]"})


@dataclass(frozen=True, slots=True)
class Reads:
    """What one expression looks at."""

    paths: frozenset[ReadPath]
    """Where it reads a value and does something with it."""

    variables: frozenset[str]
    """Which of the declared variables it mentions."""

    literals: tuple[str, ...]
    """The strings it holds, in order."""


def reads(serialized: bytes, variables: frozenset[str]) -> Reads:
    """Decode a serialized expression and collect what it reads."""
    checked = next(_fields(serialized, 2))
    collector = _Collector()
    collector.use(_Expr(next(_fields(checked, 4))), {name: frozenset({(name,)}) for name in variables})
    paths = frozenset(path for path in collector.paths if path[0] in variables)
    return Reads(paths, frozenset(str(path[0]) for path in paths), tuple(dict.fromkeys(collector.literals)))


Flow = frozenset[ReadPath]


class _Expr:
    """One node: its kind is the number of the field that is set."""

    CONST, IDENT, SELECT, CALL, LIST, STRUCT, COMPREHENSION = range(3, 10)

    def __init__(self, data: bytes) -> None:
        self.kind, body = 0, b""
        for number, value in _decode(data):
            if isinstance(value, bytes) and number >= self.CONST:
                self.kind, body = number, value
        self.fields = _decode(body)

    def bodies(self, number: int) -> list[bytes]:
        """The length-delimited values of one field."""
        return [value for found, value in self.fields if found == number and isinstance(value, bytes)]

    def nodes(self, number: int) -> list[_Expr]:
        return [_Expr(data) for data in self.bodies(number)]

    def text(self, number: int) -> str:
        return next(iter(self.bodies(number)), b"").decode()

    @property
    def step(self) -> Step:
        """The key or index that a constant stands for; `*` for anything computed."""
        if self.kind == self.CONST:
            for number, value in self.fields:
                if number == 6 and isinstance(value, bytes):
                    return value.decode()
                if number == 3 and isinstance(value, int):
                    return value
        return EACH


@dataclass
class _Collector:
    paths: set[ReadPath] = field(default_factory=set)
    literals: list[str] = field(default_factory=list)

    def use(self, node: _Expr, scope: Mapping[str, Flow]) -> None:
        """The value of `node` is looked at: what flows out of it is read."""
        self.paths |= {tuple(step for step in path if step != _ITEM) for path in self.flow(node, scope)}

    def flow(self, node: _Expr, scope: Mapping[str, Flow]) -> Flow:
        """The paths whose value `node` may stand for; what is looked at on the way is collected."""
        if node.kind == _Expr.CONST:
            self.literals += [data.decode() for data in node.bodies(6)]
        elif node.kind == _Expr.IDENT:
            return scope.get(node.text(1), frozenset())
        elif node.kind == _Expr.SELECT:
            return _extend(self.flow(node.nodes(1)[0], scope), node.text(2))
        elif node.kind == _Expr.CALL:
            return self._call(node, scope)
        elif node.kind == _Expr.LIST:
            items = frozenset[ReadPath]().union(*(self.flow(item, scope) for item in node.nodes(1)))
            return frozenset((*path, _ITEM) for path in items)
        elif node.kind == _Expr.STRUCT:
            for entry in node.bodies(2):
                for number in (3, 4):
                    for data in _fields(entry, number):
                        self.use(_Expr(data), scope)
        elif node.kind == _Expr.COMPREHENSION:
            return self._comprehension(node, scope)
        return frozenset()

    def _call(self, node: _Expr, scope: Mapping[str, Flow]) -> Flow:
        function, arguments = node.text(2), [*node.nodes(1), *node.nodes(3)]
        if function in _INDEXING:
            self.flow(arguments[1], scope)
            return _extend(self.flow(arguments[0], scope), arguments[1].step)
        if function == "_?_:_":
            self.use(arguments.pop(0), scope)
        if function in _PASS_ON:
            return frozenset[ReadPath]().union(*(self.flow(argument, scope) for argument in arguments))
        if function == "@in" and arguments[0].kind == _Expr.CONST and arguments[0].step != EACH:
            self.flow(arguments[0], scope)
            self.paths |= _extend(self.flow(arguments[1], scope), EACH)
            return frozenset()
        for argument in arguments:
            self.use(argument, scope)
        return frozenset()

    def _comprehension(self, node: _Expr, scope: Mapping[str, Flow]) -> Flow:
        over = self.flow(node.nodes(2)[0], scope)
        inner = {
            **scope,
            node.text(1): _extend(over, EACH),
            node.text(3): self.flow(node.nodes(4)[0], scope),
        }
        inner[node.text(3)] |= self.flow(node.nodes(6)[0], inner)
        self.flow(node.nodes(5)[0], inner)
        return self.flow(node.nodes(7)[0], inner)


def _extend(flow: Flow, step: Step) -> Flow:
    """One step further; taking an item out of a list the expression built undoes the putting in."""
    return frozenset(path[:-1] if path[-1] == _ITEM else (*path, step) for path in flow)


def _fields(data: bytes, wanted: int) -> Iterator[bytes]:
    """The length-delimited values of one field."""
    return (value for number, value in _decode(data) if number == wanted and isinstance(value, bytes))


def _decode(data: bytes) -> list[tuple[int, bytes | int]]:
    """Field numbers and values of one message: integers as they are, everything else as bytes."""
    fields: list[tuple[int, bytes | int]] = []
    at, end = 0, len(data)
    while at < end:
        key, at = (data[at], at + 1) if data[at] < 0x80 else _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = (data[at], at + 1) if data[at] < 0x80 else _varint(data, at)
            fields.append((number, value))
            continue
        length = 8 if wire == 1 else 4
        if wire == 2:
            length, at = (data[at], at + 1) if data[at] < 0x80 else _varint(data, at)
        fields.append((number, data[at : at + length]))
        at += length
    return fields


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
