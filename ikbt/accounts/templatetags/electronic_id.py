"""Shows the configured e-ID providers as buttons, and an identity by its provider's name."""

from __future__ import annotations

from typing import Any

from django import template

from ikbt.accounts.electronic_id.providers import table
from ikbt.accounts.models import ElectronicIdentity

register = template.Library()


@register.inclusion_tag("accounts/electronic_id/_buttons.html", takes_context=True)
def electronic_id_buttons(context: dict[str, Any]) -> dict[str, Any]:
    """A form for each provider, which carries along where she was going; nothing where none is configured."""
    carried = {name: context.get(name) for name in ("next", "held", "csrf_token")}
    return {**carried, "providers": list(table().values())}


@register.filter
def provider_name(identity: ElectronicIdentity) -> str:
    """What people call it, as "SITHS card"; its key where the provider is no longer connected."""
    by_issuer = {provider.issuer: provider.shown_name for provider in table().values()}
    return str(by_issuer.get(identity.issuer, identity.name))
