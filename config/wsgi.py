"""Entry point of the web servers (gunicorn config.wsgi)."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

# The pages with all they need are loaded now (two seconds), not by whoever comes first.
list(get_resolver().url_patterns)

# What is loaded now stays for the life of the process: the collector need not walk it again and
# again. A page makes some ten thousand objects that go with it; looked through every 700 of them,
# as Python does by itself, a tenth of its time went there.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
