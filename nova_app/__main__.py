"""``python -m nova_app`` is the ``nova`` command."""

from nova_app.cli import main

raise SystemExit(main())
