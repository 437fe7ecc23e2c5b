"""The campaign's templates: compiled once, rendered for each item and network in a sandbox.

A template is written by whoever runs the campaign; an item comes from a stranger. Item text is handed over as data and
is never read as a template. The sandbox keeps a careless template from hanging or flooding a run.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any

import regex
from jinja2 import StrictUndefined, Template, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.campaign import Campaign
from pipeline.compose.hashtags import as_hashtag
from pipeline.compose.wording import first_sentence, truncate_words
from pipeline.records import Item
from social.networks import NETWORKS

_KNOWN = "item (title, text, link, author, tags, published), network and campaign"
MAX_OUTPUT = 200_000
MAX_STEPS = 10_000
_KEPT_FILTERS = (
    "abs capitalize count d default e escape first float int items join last length list lower map max min reject "
    "rejectattr replace reverse round select selectattr sort string striptags sum title trim truncate unique upper "
    "urlencode wordcount"
)
_GROWING = frozenset(["center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"])
_FAULTS = (JinjaError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
_NOT_TEXT = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINE_END = regex.compile(r"[^\S\n]+$", regex.MULTILINE)
_EMPTY_LINES = regex.compile(r"\n{3,}")

_STANDARD = Campaign.model_fields["template"].default

Render = Callable[[Item, str], str]
"""Renders one template for an item and a network's name. Raises TemplateError."""


class TemplateError(ValueError):
    """A template cannot be read or rendered. The message names campaign, template, line and what to change."""


class Templates:
    """The templates of one campaign. The text templates are read at once: a mistake shows before the first item."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign.name
        self._sandbox = sandbox()
        self._sources = {network: campaign.templates.get(network, campaign.template) for network in NETWORKS}
        self._texts = {network: self._text_of(network) for network in campaign.platforms}
        self._correction = self.compile(campaign.correction, "correction")

    def text(self, item: Item, network: str) -> str:
        """The text of `item` for `network`, without control characters and edges. Raises TemplateError."""
        if own := self._own_text(item, network):
            return tidy(own)
        if network not in self._texts:
            self._texts[network] = self._text_of(network)
        return tidy((self._correction if item.edited else self._texts[network])(item, network))

    def _own_text(self, item: Item, network: str) -> str:
        """What the author of a sheet's row wrote, its link added where it is missing; empty to use the template.

        A text for one network always wins, the row's text unless the campaign has a template of its own.
        """
        if item.ask is None or item.edited:
            return ""
        own = item.ask.texts.get(network, "")
        if not own and self._sources[network] == _STANDARD:
            own = item.text
        return f"{own}\n\n{item.link}" if own and item.link and item.link not in own else own

    def _text_of(self, network: str) -> Render:
        return self.compile(self._sources[network], f"template for {network}")

    def compile(self, source: str, where: str) -> Render:
        """Read one template; `where` names it in errors, as `links.utm.campaign`. Raises TemplateError."""
        try:
            template = self._sandbox.from_string(source)
        except TemplateSyntaxError as error:
            raise self._fault(where, error.lineno, error) from error

        def render(item: Item, network: str) -> str:
            try:
                return _bounded(template, {"item": item, "network": network, "campaign": self._campaign})
            except _FAULTS as error:
                raise self._fault(where, _line(error.__traceback__), error) from error

        return render

    def _fault(self, where: str, line: int, error: Exception) -> TemplateError:
        reason = str(error).rstrip(".")
        place = f"{where}, line {line}" if line else where
        return TemplateError(f"campaign {self._campaign!r}, {place}: {reason}; known are {_KNOWN}")


def tidy(text: str) -> str:
    """`text` without control characters, spaces at line ends and edges. Empty lines are kept: threads split at them."""
    text = _NOT_TEXT.sub("", text.replace("\r\n", "\n"))
    return (_LINE_END.sub("", text) if " \n" in text or "\t\n" in text else text).strip()


def single_spaced(text: str) -> str:
    """`text` with at most one empty line in a row, as a missing field of the item leaves more."""
    return _EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def _bounded(template: Template, values: dict[str, Any]) -> str:
    parts = []
    size = 0
    for part in template.generate(values):
        parts.append(part)
        size += len(part)
        if size > MAX_OUTPUT:
            raise TemplateRuntimeError(f"gives more than {MAX_OUTPUT:,} characters")
    return "".join(parts)


def _line(trace: TracebackType | None) -> int:
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox without what grows a text out of nothing: repetition, powers, padding."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise TemplateRuntimeError(f"{operator} is not allowed here; * and % work on numbers only")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        return not (attr in _GROWING and isinstance(obj, str)) and super().is_safe_attribute(obj, attr, value)


@cache
def sandbox() -> _Sandbox:
    """The environment in which templates of users meet the text of strangers."""
    made = _Sandbox(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    kept = {name: found for name, found in made.filters.items() if name in _KEPT_FILTERS.split()}
    made.filters = kept | {
        "truncate_words": truncate_words,
        "first_sentence": first_sentence,
        "hashtag": lambda word: as_hashtag(str(word)) or "",
        "date": _date,
    }
    made.globals = {"range": _short_range}
    return made


def _short_range(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > MAX_STEPS:
        raise OverflowError(f"range of {len(steps):,} steps; at most {MAX_STEPS:,} are allowed")
    return steps


def _date(instant: datetime | None, form: str = "%Y-%m-%d") -> str:
    return instant.strftime(form) if instant else ""
