"""Exit codes of every subcommand.

0     done; a connection ended in order
1     not done, or not all of it: no connection, a connection that was lost, failed or closed with a code that says
      so, an incomplete capture, input or output that broke
2     wrong use: nothing was begun
130   stopped by a signal before it got to its work
"""

from typing import Final

OK: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
STOPPED: Final = 130
