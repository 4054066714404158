"""Pictures that show the time at which they were made, for a camera whose true capture times are known.

The upper half is a grid of 16 x 4 squares, white for 1: 48 bits of ms since 1970 and 16 bits of checksum, most
significant first. clock-picture.ts reads it.
"""
import threading
import time

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402

COLUMNS, ROWS = 16, 4
RATE = 25


def picture(width, height, ms):
    """An I420 picture (strides as GStreamer's default for widths that 8 divides)."""
    words = [(ms >> 32) & 0xFFFF, (ms >> 16) & 0xFFFF, ms & 0xFFFF]
    words.append(words[0] ^ words[1] ^ words[2] ^ 0xA5A5)
    cell, rows = width // COLUMNS, height // 8
    luma = b""
    for word in words:
        bits = [(word >> (COLUMNS - 1 - column)) & 1 for column in range(COLUMNS)]
        line = b"".join((b"\xeb" if bit else b"\x10") * cell for bit in bits)
        luma += line.ljust(width, b"\x80") * rows
    # A stripe that moves, so that no encoder finds the lower half too easy.
    stripe = (ms // 40 * 4) % width
    line = bytes(width)
    line = line[:stripe] + b"\xc0" * min(32, width - stripe) + line[stripe + 32 :]
    luma += line[:width] * (height - len(luma) // width)
    return luma + b"\x80" * (width * height // 2)


class ClockFeed:
    """Feeds the appsrc of the medium now being served, at 25 pictures a second, each drawn as it is pushed."""

    def __init__(self):
        self.size = None
        self.paused = False
        self.current = None

    def attach(self, media):
        source = media.get_element().get_by_name("clock")
        if self.size is None:
            structure = source.get_property("caps").get_structure(0)
            self.size = (structure.get_value("width"), structure.get_value("height"))
        self.current = source
        threading.Thread(target=self.run, args=(source,), daemon=True).start()

    def run(self, source):
        due = time.monotonic()
        size = None
        while self.current is source:
            # A sensor that is late does not make up for it by two pictures at once.
            due = max(due + 1 / RATE, time.monotonic() + 0.5 / RATE)
            time.sleep(max(0, due - time.monotonic()))
            if self.paused:
                continue
            if size != self.size:
                size = self.size
                caps = "video/x-raw,format=I420,width=%d,height=%d,framerate=%d/1" % (*size, RATE)
                source.set_property("caps", Gst.Caps.from_string(caps))
            buffer = Gst.Buffer.new_wrapped(picture(*size, time.time_ns() // 1_000_000))
            if source.emit("push-buffer", buffer) not in (Gst.FlowReturn.OK, Gst.FlowReturn.FLUSHING):
                return

    def obey(self, lines):
        for line in lines:
            word, *arguments = line.split()
            if word == "size":
                self.size = (int(arguments[0]), int(arguments[1]))
            else:
                self.paused = word == "pause"
