"""The catalogue: what a system was asked to be, item by item, and the evidence that it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from groundplan.model.document import Document
from groundplan.model.values import Model, Name
from groundplan.requirements.expression import ExpressionError, compile_expression, relations_in
from groundplan.requirements.relations import RELATIONS

ALL = "all"
"""In place of an environment's name: every environment of the system."""


def _check_expression(text: str) -> str:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        raise ValueError(f"`{text}` is not an expression: {error}; write CEL that yields true or false") from None
    if not expression.subject and relations_in(text):
        raise ValueError(f"`{text}` asks for a relation; write it below `relations` of the item")
    if not expression.subject:
        raise ValueError(f"`{text}` looks at nothing; write it about `object`, `objects` or `text`")
    if "objects" in expression.reads.variables and "object" in expression.reads.variables:
        raise ValueError(f"`{text}` mixes `object` and `objects`; write two expressions")
    return text


def _check_relation(text: str) -> str:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        raise ValueError(f"`{text}` is not an expression: {error}; write CEL that yields true or false") from None
    if expression.subject or not relations_in(text):
        raise ValueError(f"`{text}` is not about relations alone; write one of {', '.join(sorted(RELATIONS))}")
    return text


RelationExpression = Annotated[str, AfterValidator(_check_relation)]
"""A type-checked expression of relations, such as `reaches("web", "orders")`."""

CelExpression = Annotated[str, AfterValidator(_check_expression)]
"""A type-checked expression about `object`, `objects` or `text`."""


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_ONE_OR_MORE = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})

OneOrMore = Annotated[list[str], BeforeValidator(_as_list), _ONE_OR_MORE]
"""A single value or a list of them."""


class Select(Model):
    """Which documents an evidence looks at: rendered objects by what identifies them, or one file."""

    kind: str | None = None
    """Kind of the objects. Default any."""

    name: OneOrMore = []
    """Name, or names, each of which must exist; `*` and `?` match as in a shell. Default any."""

    namespace: str | None = None
    """Namespace of the objects. Default any."""

    component: str | None = None
    """Component they are rendered by, the folder in `dist/`; `*` and `?` match. Default any."""

    api_group: str | None = None
    """API group, for kinds that several groups have; empty is the core group. Default any."""

    labels: dict[str, str] = {}
    """Labels they must carry. Default none."""

    where: CelExpression | None = None
    """Condition about `object` that picks among them, for objects known by a value and not by a name. Default all."""

    file: str | None = None
    """A file relative to the repository instead of objects: YAML and JSON are parsed to `object`, the content is `text`."""

    @model_validator(mode="after")
    def _one_kind_of_document(self) -> Select:
        others = self.model_fields_set - {"file"}
        if self.file is not None and others:
            raise ValueError(f"selects a file and objects by {', '.join(sorted(others))}; write two pieces of evidence")
        if self.file is None and not others:
            raise ValueError("selects everything; write a kind, a name or a file")
        if self.where is not None and compile_expression(self.where).subject != "object":
            raise ValueError(f"`{self.where}` is not about one object; write it about `object`")
        return self


class Evidence(Model):
    """One observation that must hold in the committed tree."""

    environment: OneOrMore = []
    """Environment, environments or `all`; it must hold in each of them. Left out for files."""

    after_failover: bool = True
    """Whether it is asked after a failover too, of either side. Default true; false for what is then so on neither: a copy
    that was promoted, a name in the other region, a window that would hold up the fence."""

    on_the_way_back: bool = True
    """Whether it is asked while copies go from the standby to the primary, too. Default true; false for what only a database
    has that began as a leading one, or that stands on the side from which copies go."""

    select: Select
    """What is looked at."""

    expect: Annotated[list[CelExpression], BeforeValidator(_as_list), _ONE_OR_MORE] = []
    """What must be true of it, for every object or of all `objects`. Default only that it exists."""

    at_least: int | None = Field(default=None, ge=0)
    """How many documents must be selected. Default one, or one for each name; 0 only beside `at_most`."""

    at_most: int | None = Field(default=None, ge=0)
    """How many may be selected. Default any number."""

    @property
    def minimum(self) -> int:
        """How many documents must be selected."""
        return self.at_least if self.at_least is not None else max(1, len(self.select.name))

    @model_validator(mode="after")
    def _whole(self) -> Evidence:
        if (self.select.file is None) == (not self.environment):
            raise ValueError(
                "has an environment and a file; remove one"
                if self.environment
                else "names no environment; write its name, a list or `all`"
            )
        if self.minimum == 0 and self.at_most is None:
            raise ValueError("at_least 0 is met by an empty tree; write at_most beside it, or raise it")
        subjects = {compile_expression(text).subject for text in self.expect}
        if self.select.file is None and "text" in subjects:
            raise ValueError("speaks of `text`, which only files have; select a file")
        if self.select.file is not None and "objects" in subjects:
            raise ValueError("speaks of `objects`, but a file is one `object`; write `object`")
        return self


class Relations(Model):
    """Relations between rendered objects that must hold, as the gates find them."""

    environment: OneOrMore
    """Environment, environments or `all`; they must hold in each of them."""

    after_failover: bool = True
    """Whether they are asked after a failover too, of either side. Default true; false for what then holds on neither."""

    on_the_way_back: bool = True
    """Whether they are asked while copies go from the standby to the primary, too. Default true."""

    hold: Annotated[list[RelationExpression], BeforeValidator(_as_list), _ONE_OR_MORE] = Field(min_length=1)
    """Such as `reaches(from, to)`, `runs(workload)`, `restorable(store, copy)`; names are those of the environment
    file, and docs/gates.md lists them all."""


class Deviation(Model):
    """Where the system does something else than was asked for."""

    reason: str = Field(min_length=10)
    """Why the item is not met as written."""

    instead: str = Field(min_length=10)
    """What is done in its place; the evidence proves it."""


class Requirement(Model):
    """One thing the system was asked to be."""

    id: str = Field(pattern=r"^[A-Z]{2,5}(-[A-Z]{2,5})?-[0-9]+(\.[0-9]+)*[a-z]?$")
    """Stable identifier, `ABC-1.2a` or `ABC-NFR-1.2`; its number names the section it comes from."""

    area: Name
    """What it is about: network, data, secrets ..."""

    text: str = Field(min_length=10)
    """The requirement in a sentence."""

    source: str = ""
    """Where it was asked for. Default not recorded."""

    figures: dict[str, Any] = {}
    """The values it names. Default none."""

    met_by: Literal["manifests", "pipeline", "document", "application"]
    """What meets it: rendered objects, a workflow, a document, or the application's own code with the platform's part."""

    evidence: list[Evidence] = []
    """What proves it. Default nothing, which only a deviation may have."""

    relations: list[Relations] = []
    """Relations that must hold beside it. Default none."""

    deviation: Deviation | None = None
    """Where something else is done. Default none: met as written."""

    open: str | None = Field(default=None, min_length=10)
    """What is missing until it can be shown, in place of evidence. Default nothing is."""

    @property
    def section(self) -> str:
        """The id without its last number: items of one section stand together in the report."""
        return self.id.rpartition(".")[0] or self.id

    @model_validator(mode="after")
    def _proven(self) -> Requirement:
        shown = self.evidence or self.relations or self.deviation is not None
        if self.open is not None and shown:
            raise ValueError("is open and shown all the same; remove `open`, or what shows it")
        if self.open is None and not shown:
            raise ValueError(
                "has neither evidence nor deviation; write what proves it, or what is missing below `open`"
            )
        if self.evidence and not self.relations and all(evidence.minimum == 0 for evidence in self.evidence):
            raise ValueError("has only evidence of absence, which an empty tree meets; add evidence of what exists")
        return self


class Catalogue(Model):
    """Everything one system was asked to be."""

    system: Name
    """The system; the folder below `environments/`."""

    title: str
    """What the system is called in the document it was specified in."""

    source: str
    """The document."""

    document: Document | None = None
    """More about it, for the system's pages. Default nothing."""

    requirements: list[Requirement] = Field(min_length=1)
    """The items, in the document's order."""
