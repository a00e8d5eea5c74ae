"""The application."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django_chat.settings")
http = get_asgi_application()

from django_chat.consumers import Chat  # noqa: E402 - once the applications are ready

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter([path("<chat>", Chat.as_asgi())])})
