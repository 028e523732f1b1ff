"""A small window that files can be dragged from, for the tests of dropping files.

Usage: drag_source.py X Y FILE...

Opens a popup window of 60 by 60 pixels at X, Y that offers the files as `text/uri-list`, like a file manager does.
Prints `ready` when it is on the screen, and `accepted` or `refused` when a drag has ended; then it ends too.
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402  (the versions have to be chosen before)


def say(word: str) -> None:
    print(word, flush=True)


def main() -> None:
    x, y, *files = sys.argv[1:]
    uris = [pathlib.Path(file).absolute().as_uri() for file in files]

    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.set_default_size(60, 60)
    window.move(int(x), int(y))
    handle = Gtk.EventBox()
    window.add(handle)

    failed = False

    def give(_widget, _context, selection, _info, _time):
        selection.set_uris(uris)

    def fail(_widget, _context, _result):
        nonlocal failed
        failed = True
        # The picture shall not fly back: the next step of the test would have to wait for it.
        return True

    def end(_widget, _context):
        say("refused" if failed else "accepted")
        GLib.idle_add(Gtk.main_quit)

    handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    handle.drag_source_add_uri_targets()
    handle.connect("drag-data-get", give)
    handle.connect("drag-failed", fail)
    handle.connect("drag-end", end)
    window.connect("map-event", lambda *_: say("ready"))
    window.show_all()
    Gtk.main()


if __name__ == "__main__":
    main()
