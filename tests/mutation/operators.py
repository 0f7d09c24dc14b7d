"""What a mutant changes: fixed operators over the syntax tree, one change at every site."""

import ast
import copy
from typing import NamedTuple

ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_PAIRS = (
    *("maximum minimum", "max min", "sum mean", "sin cos", "argmax argmin"),
    *("any all", "floor ceil", "zeros ones", "zeros_like ones_like"),
    *("nanmax nanmin", "fmax fmin", "cumsum cumprod", "exp expm1"),
    *("log log1p", "isinf isnan", "startswith endswith", "extend append"),
)
SWAPS = {
    name: other
    for pair in _PAIRS
    for name, other in (pair.split(), pair.split()[::-1])
}
#: Calls that give back something like their first argument, or what they are a method of.
WRAPPERS = frozenset({"abs", "absolute", "sorted", "reversed", "round"})
METHODS = frozenset({"copy", "astype", "conj"})
#: Decorators that change how long a function takes, and nothing else.
CACHES = frozenset({"lru_cache", "cache", "cached_property"})


class _Place(NamedTuple):
    """Where a node of the tree is."""

    lines: list
    parent: ast.AST = None
    field: str = ""
    index: int | None = None
    within: str = ""
    statement: ast.stmt = None
    in_text: bool = False


class Mutant(NamedTuple):
    """One change; `parent` is part of the tree, and `apply` changes it in place.

    It shows in what runs one of the lines from `first` to `last`, and if an import runs one of them,
    in anything, unless `of_function` says that it is in the header of a function.
    """

    line: int
    first: int
    last: int
    of_function: bool
    within: str
    change: str
    parent: object
    field: str
    index: int | None
    new: object

    def apply(self):
        if self.index is None:
            setattr(self.parent, self.field, self.new)
        elif self.new is None:
            del getattr(self.parent, self.field)[self.index]
        else:
            getattr(self.parent, self.field)[self.index] = self.new


def mutants(source):
    """Give the syntax tree of a module and all its mutants."""
    tree = ast.parse(source)
    return tree, [*_visit(tree, _Place(source.splitlines()))]


def _children(node):
    """Every child with its place, except annotations and what a format says."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "format_spec", "type_params"):
            continue
        for index, child in enumerate(
            value if isinstance(value, list) else [value]
        ):
            if isinstance(child, ast.AST):
                yield field, index if isinstance(value, list) else None, child


def _visit(node, place):
    parent = place.parent
    if _is_left_out(node, parent):
        return
    if isinstance(node, ast.stmt):
        place = place._replace(statement=node)
    if parent is not None and hasattr(node, "lineno"):
        for new in _changed(node, parent, place.field):
            yield _mutant(node, place, new)
    within = place.within
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        within = f"{within}.{node.name}".lstrip(".")
    inside = place._replace(
        parent=node,
        within=within,
        in_text=place.in_text or isinstance(node, ast.JoinedStr),
    )
    for i, decorator in enumerate(getattr(node, "decorator_list", ())):
        called = getattr(decorator, "func", decorator)
        if _name(called) not in CACHES:
            here = inside._replace(field="decorator_list", index=i)
            yield _mutant(decorator, here, None)
    for field, index, child in _children(node):
        yield from _visit(child, inside._replace(field=field, index=index))


def _is_left_out(node, parent):
    """Docstrings, `__all__`, imports, and the sentences of messages."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Constant) and isinstance(parent, ast.JoinedStr):
        return True
    if isinstance(node, ast.Assign):
        return getattr(node.targets[0], "id", "") == "__all__"
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _mutant(node, place, new):
    of_function = isinstance(place.statement, ast.FunctionDef)
    return Mutant(
        *(node.lineno, *_lines(place.statement, node)),
        *(of_function, place.within),
        _described(node, place, _text(new) if new else "(dropped)"),
        *(place.parent, place.field, place.index, new),
    )


def _described(node, place, new):
    """The change, within its line if it is a part of one."""
    change = f"[{_text(node)} → {new}]"
    if node.lineno != node.end_lineno or place.in_text:
        return change
    # Columns count bytes.
    line = place.lines[node.lineno - 1].encode()
    before, after = line[: node.col_offset], line[node.end_col_offset :]
    return f"{before.decode()}{change}{after.decode()}".strip()


def _lines(statement, node):
    """The lines of which one runs when the mutant does."""
    decorators = getattr(statement, "decorator_list", ())
    first = min(s.lineno for s in (statement, *decorators))
    if isinstance(statement, ast.FunctionDef) or not hasattr(
        statement, "body"
    ):
        return first, statement.end_lineno
    if isinstance(statement, ast.With) and node is statement:
        return first, node.end_lineno
    return first, max(first, statement.body[0].lineno - 1)


def _text(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 100 else f"{text[:60]} … {text[-30:]}"


def _edited(node, **fields):
    new = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _name(node):
    """The last name of what is called."""
    return getattr(node, "attr", getattr(node, "id", ""))


def _changed(node, parent, field):
    """What may stand in the place of a node."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            if type(op) in ARITHMETIC:
                yield _edited(node, op=ARITHMETIC[type(op)]())
    match node:
        case ast.AugAssign(target=target, value=value):
            yield ast.copy_location(ast.Assign([target], value), node)
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield _edited(node, ops=[*ops[:i], other(), *ops[i + 1 :]])
        case ast.BoolOp(op=ast.And()):
            yield _edited(node, op=ast.Or())
        case ast.BoolOp(op=ast.Or()):
            yield _edited(node, op=ast.And())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=value):
            yield from _constants(value, node, parent)
        case ast.Call():
            yield from _calls(node)
        case ast.Attribute() | ast.Name() if _name(node) in SWAPS:
            if not isinstance(node.ctx, ast.Store) and field != "value":
                name = "attr" if isinstance(node, ast.Attribute) else "id"
                yield _edited(node, **{name: SWAPS[_name(node)]})
        case ast.Slice():
            yield from _slices(node)
        case ast.Return(value=value) if value and _text(value) != "None":
            yield ast.copy_location(ast.Return(None), node)
        case ast.Break():
            yield ast.copy_location(ast.Continue(), node)
        case ast.Continue():
            yield ast.copy_location(ast.Break(), node)
    if _is_deletable(node):
        yield ast.copy_location(ast.Pass(), node)
    if isinstance(node, ast.With) and not any(
        i.optional_vars for i in node.items
    ):
        always = ast.copy_location(ast.Constant(True), node)
        yield ast.copy_location(ast.If(always, node.body, []), node)
    is_condition = field == "test" or (field, type(parent)) == (
        "ifs",
        ast.comprehension,
    )
    if is_condition and not isinstance(
        node, (ast.Compare, ast.BoolOp, ast.UnaryOp)
    ):
        yield ast.copy_location(ast.UnaryOp(ast.Not(), node), node)


def _constants(value, node, parent):
    if isinstance(value, bool):
        yield _edited(node, value=not value)
    elif isinstance(value, int):
        yield _edited(node, value=value + 1)
    elif isinstance(value, float | complex):
        yield _edited(node, value=2 * value if value else 1.0)
    elif isinstance(value, str) and not {*value} & {*" \n"}:
        yield _edited(node, value=f"{value}x")


def _calls(node):
    function = node.func
    if _name(function) in WRAPPERS and node.args:
        yield node.args[0]
    if isinstance(function, ast.Attribute) and function.attr in METHODS:
        yield function.value
    for i, keyword in enumerate(node.keywords):
        if keyword.arg:
            rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
            yield _edited(node, keywords=rest)


def _slices(node):
    one = ast.copy_location(ast.Constant(1), node)
    for end in ("lower", "upper", "step"):
        value = getattr(node, end)
        if value is None:
            continue
        yield _edited(node, **{end: None})
        is_number = isinstance(value, (ast.Constant, ast.UnaryOp))
        if end != "step" and not is_number:
            later = ast.copy_location(ast.BinOp(value, ast.Add(), one), node)
            yield _edited(node, **{end: later})


def _is_deletable(node):
    """Calls for their effect, changes in place, and errors raised."""
    match node:
        case ast.Expr() | ast.AugAssign() | ast.Raise():
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return any(getattr(n, "id", "") == name for n in ast.walk(value))
        case ast.Assign(targets=[target]):
            return isinstance(target, ast.Subscript)
    return False
