"""HTTP alone, for servers and tools that know no sockets; pages then show what is new on reload."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ikbt.settings.dev")
application = get_wsgi_application()
