"""Addresses of the desk's sockets."""

from __future__ import annotations

from django.urls import path

from therapist.consumers import DeskConsumer

websocket_urlpatterns = [
    path("ws/arbetslista/", DeskConsumer.as_asgi()),
]
