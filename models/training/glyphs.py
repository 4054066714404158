"""Draws the characters of Vietnamese plates as strokes, in many hands: no font has their M and 4.

A glyph is a list of centre lines in a unit box (x right, y down). A `Hand` fixes the proportions that differ between
makers (waist, corner radius, stroke width); its masks are cached, since a picture needs thousands of them.
"""
import math

import cv2
import numpy as np

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BARRED_D = "Đ"
MASK_HEIGHT = 96


def arc(cx, cy, rx, ry, start, end):
    """Points of an elliptic arc, degrees clockwise from +x (y points down)."""
    count = max(3, int(abs(end - start) / 9))
    return [
        (cx + rx * math.cos(math.radians(a)), cy + ry * math.sin(math.radians(a)))
        for a in np.linspace(start, end, count)
    ]


def strokes(character, hand):
    """Centre lines of a character, each a list of points."""
    r, w = hand.corner, hand.waist
    low = (1 - w) / 2
    if character in "0OQD" + BARRED_D:
        if character in "D" + BARRED_D:
            k = hand.bowl
            outline = [(0, 0), (1 - k, 0), *arc(1 - k, r, k, r, 270, 360), *arc(1 - k, 1 - r, k, r, 0, 90), (0, 1), (0, 0)]
            return [outline] if character == "D" else [outline, [(-0.22, hand.bar_d), (0.42, hand.bar_d)]]
        ring = [*arc(0.5, r, 0.5, r, 180, 360), *arc(0.5, 1 - r, 0.5, r, 0, 180), (0, r)]
        return [ring] if character != "Q" else [ring, [(0.6, 0.75), (1.0, 1.02)]]
    if character == "1":
        return [[(0.62 - hand.flag, 0.1 + hand.flag * 0.5), (0.62, 0), (0.62, 1)]]
    if character == "2":
        return [[*arc(0.5, r, 0.5, r, 185, 385), (0.02, 1), (1, 1)]]
    if character == "3":
        return [[*arc(0.47, w / 2, 0.47, w / 2, 195, 450)], [*arc(0.48, w + low, 0.52, low, 270, 520)], [(0.32, w), (0.5, w)]]
    if character == "4":
        bar = hand.bar_4
        return [[(hand.top_4, 0), (0, bar), (1, bar)], [(hand.stem_4, hand.stem_top_4), (hand.stem_4, 1)]]
    if character == "5":
        bowl = (1 - w * 0.82) / 2
        return [[(0.95, 0), (0.12, 0), (0.05, w * 0.98), *arc(0.48, 1 - bowl, 0.52, bowl, 222, 515)]]
    if character in "69":
        ring = (1 - w * 0.9) / 2
        lines = [[*arc(0.5, 1 - ring, 0.5, ring, 180, 540)]]
        lines += [[(0, 1 - ring), (0.62, 0)]] if hand.straight_six else [[(0, 1 - ring), (0, r), *arc(0.5, r, 0.5, r, 180, 340)]]
        return lines if character == "6" else [[(1 - x, 1 - y) for x, y in line] for line in lines]
    if character == "7":
        return [[(0, 0), (1, 0), (hand.foot_7, 1)]]
    if character == "8":
        return [arc(0.5, w / 2, 0.46, w / 2, 90, 450), arc(0.5, w + low, 0.5, low, -90, 270)]
    if character == "A":
        return [[(0, 1), (0.5 - hand.flat_a, 0), (0.5 + hand.flat_a, 0), (1, 1)], [(0.18, hand.bar_a), (0.82, hand.bar_a)]]
    if character == "B":
        return [
            [(0.5, w), (0, w), (0, 0), (0.5, 0), *arc(0.55, w / 2, 0.38, w / 2, 270, 450), (0.5, w)],
            [(0, w), (0, 1), (0.5, 1), *arc(0.55, w + low, 0.45, low, 90, -90)],
        ]
    if character in "CG":
        curve = [*arc(0.5, r, 0.5, r, 340, 180), *arc(0.5, 1 - r, 0.5, r, 180, 20 if character == "C" else 0)]
        return [curve] if character == "C" else [[*curve, (1, 0.55), (0.55, 0.55)]]
    if character == "R":
        return [*strokes("P", hand), [(0.45, w + 0.06), (1, 1)]]
    if character == "P":
        p = w + 0.06
        return [[(0, 1), (0, 0), (0.5, 0), *arc(0.55, p / 2, 0.45, p / 2, 270, 450), (0, p)]]
    if character == "S":
        return [[*arc(0.5, w / 2, 0.48, w / 2, 345, 90), *arc(0.5, w + low, 0.5, low, 270, 525)]]
    if character == "U":
        return [[(0, 0), *arc(0.5, 1 - r, 0.5, r, 180, 0), (1, 0)]]
    if character == "J":
        return [[(0.85, 0), *arc(0.45, 1 - r, 0.4, r, 0, 170)]]
    if character == "K":
        return [[(0, 0), (0, 1)], [(0.98, 0), (0, 0.62)], [(0.33, 0.42), (1, 1)]]
    return {
        "E": [[(1, 0), (0, 0), (0, 1), (1, 1)], [(0, w), (0.85, w)]],
        "F": [[(1, 0), (0, 0), (0, 1)], [(0, w), (0.85, w)]],
        "H": [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(0, w), (1, w)]],
        "I": [[(0.5, 0), (0.5, 1)]],
        "L": [[(0, 0), (0, 1), (1, 1)]],
        "M": [[(0, 1), (0, 0), (0.5, hand.vertex_m), (1, 0), (1, 1)]],
        "N": [[(0, 1), (0, 0), (1, 1), (1, 0)]],
        "T": [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]],
        "V": [[(0, 0), (0.5, 1), (1, 0)]],
        "W": [[(0, 0), (0.25, 1), (0.5, 1 - hand.vertex_m), (0.75, 1), (1, 0)]],
        "X": [[(0, 0), (1, 1)], [(1, 0), (0, 1)]],
        "Y": [[(0, 0), (0.5, 0.5), (1, 0)], [(0.5, 0.5), (0.5, 1)]],
        "Z": [[(0, 0), (1, 0), (0, 1), (1, 1)]],
    }[character]


class Hand:
    """One maker's proportions; `random` is a numpy Generator."""

    def __init__(self, random):
        u = random.uniform
        self.corner = u(0.19, 0.31)
        self.waist = u(0.43, 0.5)
        self.bowl = u(0.4, 0.62)
        self.flag = u(0.2, 0.5)
        self.foot_7 = u(0.22, 0.48)
        self.flat_a = u(0.0, 0.08)
        self.bar_a = u(0.6, 0.76)
        self.bar_d = u(0.44, 0.54)
        self.bar_4 = u(0.68, 0.82)
        self.top_4 = u(0.42, 0.75)
        self.stem_4 = u(0.66, 0.84)
        self.stem_top_4 = u(0.36, 0.58)
        self.vertex_m = u(0.38, 0.7)
        self.straight_six = random.random() < 0.3
        self.stroke = u(0.095, 0.165)
        self.aspect = u(0.44, 0.64)
        self.masks = {}

    def mask(self, character):
        """The glyph at MASK_HEIGHT pixels of height, 0..255, with its stroke inside the box."""
        if character not in self.masks:
            self.masks[character] = self.draw(character)
        return self.masks[character]

    def draw(self, character):
        height, thick = MASK_HEIGHT, self.stroke * MASK_HEIGHT
        wide = {"I": 0.35, "1": 0.72, "M": 1.18, "W": 1.3}.get(character, 1.0)
        width = max(int(height * self.aspect * wide), int(thick) + 2)
        left = int(0.2 * width) if character == BARRED_D else 0
        scale = 4
        mask = np.zeros((height * scale, (width + left) * scale), np.uint8)
        inner = (width - thick, height - thick)
        for line in strokes(character, self):
            points = np.array([(left + thick / 2 + x * inner[0], thick / 2 + y * inner[1]) for x, y in line])
            cv2.polylines(mask, [np.round(points * scale).astype(np.int32)], False, 255, max(1, round(thick * scale)))
        return cv2.resize(mask, (width + left, height), interpolation=cv2.INTER_AREA)


class FontHand:
    """A font's glyphs, with the plate's own M, 4 and Đ drawn in, since no font has them."""

    def __init__(self, path, random):
        from PIL import ImageFont

        self.font = ImageFont.truetype(str(path), 160)
        self.drawn = Hand(random)
        self.stretch = random.uniform(0.72, 1.05)
        self.own = "M4" if random.random() < 0.75 else ""
        self.masks = {}

    def mask(self, character):
        if character == BARRED_D or character in self.own:
            return self.drawn.mask(character)
        if character not in self.masks:
            self.masks[character] = self.draw(character)
        return self.masks[character]

    def draw(self, character):
        from PIL import Image, ImageDraw

        box = self.font.getbbox(character)
        picture = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(picture).text((-box[0], -box[1]), character, fill=255, font=self.font)
        width = max(8, int(picture.width * MASK_HEIGHT / picture.height * self.stretch))
        return cv2.resize(np.asarray(picture), (width, MASK_HEIGHT), interpolation=cv2.INTER_AREA)


FONTS = (
    "RG2014B RG2014C RG2014D RG2014E routed-gothic routed-gothic-narrow OSP-DIN RobotoCondensed-Bold RobotoCondensed-Medium "
    "LiberationSansNarrow-Bold BebasNeue-Bold BebasNeue-Regular NationalPark-Regular DejaVuSansCondensed-Bold allerta_medium"
).split()


def hands(random, fonts, drawn=160):
    """Many makers: `drawn` random hands and every known font found below the folder `fonts`, twice."""
    found = {path.stem: path for pattern in ("*.ttf", "*.otf") for path in sorted(fonts.rglob(pattern))}
    paths = [found[name] for name in FONTS if name in found]
    return [Hand(random) for _ in range(drawn)], [FontHand(path, random) for path in paths * 2]
