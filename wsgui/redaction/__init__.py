"""What is a secret, and how it is made unreadable. Every place that shows, lists, keeps or sends on asks here.

`names` is the one list; `redactor` masks heads and URLs; `urls` takes secrets out of one URL.
"""

from wsgui.redaction.names import is_secret_header, is_secret_parameter
from wsgui.redaction.redactor import MASK, Redactor, remember_secret
from wsgui.redaction.urls import has_secret, shown_url, without_userinfo

__all__ = [
    "MASK",
    "Redactor",
    "has_secret",
    "is_secret_header",
    "is_secret_parameter",
    "remember_secret",
    "shown_url",
    "without_userinfo",
]
