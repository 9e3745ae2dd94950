"""Where the packaged program starts."""

import sys

from wsgui.__main__ import main

sys.exit(main())
