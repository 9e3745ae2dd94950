"""What a package holds: the table of what stays out, what must be there, and how large it may be."""

from __future__ import annotations

from typing import Final

KEPT_OUT: Final = (
    # platforms nobody has a desktop on, and what only they need
    r"Qt/plugins/platforms/libq(?:eglfs|linuxfb|minimal|minimalegl|vnc|vkkhrdisplay)\.so",
    r"Qt/plugins/egldeviceintegrations/",
    r"libQt6EglF",
    r"Qt/plugins/generic/",
    # GTK's look: it drags half of GNOME along, and wsgui has a style of its own
    r"Qt/plugins/platformthemes/libqgtk3\.so",
    # the network is asyncio's, not Qt's
    r"libQt6Network\.so",
    r"Qt6Network\.dll",
    r"QtNetwork\.",
    r"Qt/plugins/(?:networkinformation|tls)/",
    # what tests and other programs need
    r"libQt6Test\.so",
    r"QtTest\.",
    r"Qt/plugins/imageformats/libq(?:icns|tga|tiff|wbmp)\.so",
    # Qt's own words in languages that wsgui has not
    r"Qt/translations/(?!qtbase_(?:de|zh_CN|en)\.qm)",
    # of the system: newer ones than ours fit its drivers and its fonts, and every desktop has them
    r"^(?:libstdc\+\+|libgcc_s|libexpat|libfontconfig|libfreetype|libpng16|libdbus-1|libsystemd|libgcrypt|libgpg-error)\.",
    r"^(?:libcap|liblz4|libbsd|libmd|libselinux|libmount|libblkid|libpcre2|libtinfo|libreadline)[.-]",
    r"^libX(?:11|11-xcb|au|composite|cursor|damage|dmcp|ext|fixes|i|inerama|randr|render)\.",
    r"^lib(?:atk|atspi|cairo|datrie|epoxy|fribidi|gdk|gdk_pixbuf|gio|glib|gmodule|gobject|graphite2|gthread|gtk)[-_.]",
    r"^lib(?:atk-bridge|cairo-gobject|gdk_pixbuf|harfbuzz|jpeg|pango|pangocairo|pangoft2|pixman-1|thai)[-_.]",
    r"^lib(?:gssapi_krb5|k5crypto|krb5|krb5support|keyutils|com_err|brotlicommon|brotlidec)\.",
    # metadata and tests of packages
    r"/tests?/",
    r"numpy/(?:f2py|testing|distutils)/",
)
"""Regular expressions of paths in the folder that stay out."""

MODULES_OUT: Final = [
    "tkinter",
    "unittest",
    "pydoc",
    "doctest",
    "readline",
    "PySide6.QtNetwork",
    "PySide6.QtTest",
    "IPython",
    "pytest",
    "numpy.f2py",
    "numpy.testing",
    "setuptools",
    "pip",
]
"""Modules that packages import where they are there, and that wsgui never needs."""

WINDOW_MODULES: Final = ["PySide6", "shiboken6", "pyqtgraph", "qasync", "wsgui.ui", "wsgui.app"]
"""Modules that the package without a window leaves out."""

NEEDED: Final = (
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt/plugins/platforms/libqwayland.so",
    "PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "PySide6/Qt/plugins/imageformats/libqsvg.so",
    "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "wsgui/resources/third-party.txt",
    "wsgui/resources/guide/site/index.html",
    "wsgui/resources/icons/wsgui.svg",
)
"""What a folder for Linux must hold, below `_internal`."""

LARGEST: Final = 80 * 1000 * 1000
"""Bytes of a compressed package."""

GLIBC: Final = (2, 35)
"""The oldest glibc that a package for Linux runs on: that of Ubuntu 22.04; Debian 12, Fedora 36 and later have a newer
one. Qt's wheels ask for 2.34, Python itself for 2.35."""

SYSTEM: Final = {
    "libc.so.6": "libc6 (>= 2.35)",
    "libm.so.6": "libc6 (>= 2.35)",
    "libdl.so.2": "libc6 (>= 2.35)",
    "libpthread.so.0": "libc6 (>= 2.35)",
    "librt.so.1": "libc6 (>= 2.35)",
    "libutil.so.1": "libc6 (>= 2.35)",
    "ld-linux-x86-64.so.2": "libc6 (>= 2.35)",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""What a package for Linux takes of the system: the library, and Debian's package with it. Everything else that its
programs and libraries ask for is in the package."""

C_LIBRARY: Final = frozenset(name for name, package in SYSTEM.items() if package.startswith("libc6"))
"""What is in glibc, of which each distribution knows the version."""

COMMAND_LINE: Final = C_LIBRARY | {"libstdc++.so.6", "libgcc_s.so.1"}
"""What the package without a window takes of the system: numpy is made with a C++ and a Fortran compiler."""
