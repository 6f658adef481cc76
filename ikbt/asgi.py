"""HTTP and sockets from one process."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikbt.settings.dev")
# Before the imports below: they load models.
http = get_asgi_application()

from ikbt.accounts.socket_gate import SocketGate, refuse  # noqa: E402
from ikbt.treatments import routing as treatments_routing  # noqa: E402
from therapist import routing as therapist_routing  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": SocketGate(
            URLRouter(
                [
                    *treatments_routing.websocket_urlpatterns,
                    *therapist_routing.websocket_urlpatterns,
                    # An address without a socket is refused like a forbidden one.
                    re_path(r"", refuse),  # type: ignore[arg-type]
                ]
            )
        ),
    }
)
