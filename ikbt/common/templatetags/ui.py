"""Tags for the shared components; decides which colour a state gets and how a form field is dressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput
from django.forms.boundfield import BoundWidget
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ikbt.common.drawn_once import drawn_once
from ikbt.common.graph import DrawnGraph, DrawnSparkline, ScoreGraph, draw, draw_sparkline

register = template.Library()

COLOURS = {
    "none": "success",
    "minimal": "success",
    "mild": "info",
    "moderate": "warning",
    "moderately_severe": "danger",
    "severe": "danger",
    "watch": "warning",
    "high": "danger",
}
PLAIN_COLOURS = frozenset({"neutral", "accent", "info", "success", "warning", "danger"})
BUTTON_VARIANTS = {"secondary": "secondary", "tertiary": "tertiary"}
# Django's message levels, in the words of the notice component.
MESSAGE_KINDS = {"debug": "info", "error": "danger"}


@register.filter
def tag_colour(kind: str | None) -> str:
    """The design system's colour for a state, a severity or a risk; neutral for words it doesn't know."""
    return kind if kind in PLAIN_COLOURS else COLOURS.get(kind or "", "neutral")


@register.filter
def beside(columns: Sequence[str], row: Sequence[str]) -> list[tuple[str, str]]:
    """Each cell of a row with the heading of its column."""
    return list(zip(columns, row, strict=True))


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon from templates/components/icons/."""
    return render_to_string(f"components/icons/{name}.svg")


@register.simple_tag
def button_attributes(kind: str | None) -> SafeString:
    """data-variant and data-color of a button; "primary" unless told."""
    colour = "danger" if kind == "danger" else "accent"
    return format_html(
        'data-variant="{}" data-color="{}"', BUTTON_VARIANTS.get(kind or "", "primary"), colour
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Label, help, error and control of one form field, tied together for screen readers."""
    widget = bound.field.widget
    if bound.use_fieldset and hasattr(widget, "optgroups"):
        return {"field": bound, "control": _choices(bound), "kind": "group", "optional": _optional(bound)}
    classes = f"ds-input {widget.attrs.get('class', '')}".strip()
    kind = "check" if isinstance(widget, CheckboxInput) else "text"
    control = bound.as_widget(attrs={"class": classes})
    return {"field": bound, "control": control, "kind": kind, "optional": _optional(bound)}


def _optional(bound: BoundField) -> bool:
    # A field that is needed now and then says itself when, with `says_optional = False`.
    return not bound.field.required and getattr(bound.field, "says_optional", True)


def _choices(bound: BoundField) -> list[dict[str, str]]:
    attrs: dict[str, str | bool] = {"id": bound.auto_id, "class": "ds-input"}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    widget = bound.field.widget
    attrs = bound.build_widget_attrs(attrs, widget)
    options = widget.subwidgets(bound.html_name, bound.value(), attrs=attrs)
    drawn = (BoundWidget(widget, option, bound.form.renderer) for option in options)
    return [{"id": one.id_for_label, "label": str(one.choice_label), "tag": one.tag()} for one in drawn]


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: object, heading: str = "") -> dict[str, object]:
    """What must be corrected, each a link to its field; draws nothing when the form is valid."""
    return {"form": form, "heading": heading}


@register.inclusion_tag("components/notice.html")
def message_notice(message: Message) -> dict[str, object]:
    """One of Django's messages as a notice."""
    kind = MESSAGE_KINDS.get(message.level_tag, message.level_tag)
    return {"kind": kind, "text": message.message}


@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", **variables: object) -> SafeString:
    """{% notice "warning" title=_("…") %}HTML{% endnotice %}: variables as components/notice.html."""
    return render_to_string("components/notice.html", {"body": content, "kind": kind, **variables})


@register.simple_block_tag
def card(content: SafeString, **variables: object) -> SafeString:
    """{% card title=… %}HTML{% endcard %}: variables as components/card.html."""
    return render_to_string("components/card.html", {"body": content, **variables})


@register.simple_block_tag
def tableframe(content: SafeString, caption: str, **variables: object) -> SafeString:
    """{% tableframe _("Caption") %}<thead>…{% endtableframe %}: variables as components/table.html."""
    return render_to_string("components/table.html", {"body": content, "caption": caption, **variables})


@register.inclusion_tag("components/score_graph.html")
def score_graph(graph: ScoreGraph, key: str = "graph") -> dict[str, DrawnGraph | ScoreGraph | str]:
    """The curve, drawn wide and narrow, with its table; `key` keeps the ids of several curves apart."""
    return {"graph": graph, "wide": draw(graph, narrow=False), "narrow": draw(graph, narrow=True), "key": key}


@register.inclusion_tag("components/sparkline.html")
def sparkline(values: Sequence[float | None], label: str, maximum: float) -> dict[str, DrawnSparkline | str]:
    """A word-sized curve from 0 to `maximum`; None is a gap."""
    return {"spark": draw_sparkline(values, maximum=maximum), "label": label}


@register.simple_tag(takes_context=True)
def kept(context: Context, template_name: str, **values: object) -> SafeString:
    """{% kept "components/nav.html" items=nav %}: as an include with only these, drawn once for the same values."""
    return drawn_once(template_name, values, token=context.get("csrf_token"))


@register.simple_tag
def steps_of(total: int) -> range:
    """One entry for each step, for components/progress.html."""
    return range(1, total + 1)
