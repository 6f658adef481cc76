"""The sockets of a treatment, for ikbt.asgi."""

from __future__ import annotations

from django.urls import path

from ikbt.treatments.consumers import ConversationConsumer

websocket_urlpatterns = [path("ws/behandling/<uuid:treatment_id>/", ConversationConsumer.as_asgi())]
