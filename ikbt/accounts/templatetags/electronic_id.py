"""Tag that shows the configured e-ID providers as buttons."""

from __future__ import annotations

from typing import Any

from django import template

from ikbt.accounts.electronic_id.providers import table

register = template.Library()


@register.inclusion_tag("accounts/electronic_id/_buttons.html", takes_context=True)
def electronic_id_buttons(context: dict[str, Any]) -> dict[str, Any]:
    """A form for each provider, which carries along where she was going; nothing where none is configured."""
    carried = {name: context.get(name) for name in ("next", "held", "csrf_token")}
    return {**carried, "providers": list(table().values())}
