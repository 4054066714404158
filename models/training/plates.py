"""Draws a flat Vietnamese plate with a random, well-formed text: every form, colour and size that is on the road."""
from dataclasses import dataclass

import cv2
import numpy as np

from glyphs import BARRED_D, DIGITS, LETTERS, MASK_HEIGHT

CODES = [c for c in range(11, 100) if c not in (13, 42, 44, 45, 46, 87, 91, 96)]
FIRST = "ABCDEFGHKLMNPSTUVXYZ"
SECOND = "ABCDEFHKLMNPRSTUVXYZ"
STATE = "ABCDEFGHKLM"
SPECIAL = ["LD", "DA", "RM", "R", "MK", "HC", "KT", "CD", "T", "T" + BARRED_D, "LB", "CT"]

# Background and ink, RGB, and how often a form has them.
WHITE = ((236, 236, 232), (22, 22, 26))
YELLOW = ((240, 178, 28), (20, 20, 20))
BLUE = ((24, 66, 160), (235, 238, 240))
RED = ((176, 26, 30), (238, 236, 230))


@dataclass
class Plate:
    """`picture` is RGB; `lines` are texts without separators; `centres` are (line, x, y) of each character, pixels."""

    picture: np.ndarray
    lines: list
    centres: list


def pick(random, values):
    return values[random.integers(len(values))]


def digits(random, count):
    return "".join(DIGITS[i] for i in random.integers(0, 10, count))


def serial(random):
    """Five digits with a dot behind the third, or the older four."""
    return digits(random, 3) + "." + digits(random, 2) if random.random() < 0.72 else digits(random, 4)


def text(random):
    """(kind, head, tail, colours): with separators, head above tail on a two-line plate."""
    code = str(pick(random, CODES))
    chance = random.random()
    if chance < 0.44:
        last = pick(random, SECOND) if random.random() < 0.3 else pick(random, "123456789")
        return "moto", f"{code}-{pick(random, FIRST)}{last}", serial(random), WHITE if random.random() < 0.9 else BLUE
    if chance < 0.5:
        return "moto", f"{code}-M{BARRED_D}{pick(random, ['', *'123456789'])}", serial(random), WHITE
    if chance < 0.76:
        colour = random.random()
        series = pick(random, FIRST) if colour < 0.85 else pick(random, STATE)
        return "car", f"{code}{series}", serial(random), WHITE if colour < 0.55 else YELLOW if colour < 0.85 else BLUE
    if chance < 0.83:
        return "car", f"{code}{pick(random, SPECIAL)}", serial(random), WHITE if random.random() < 0.8 else BLUE
    if chance < 0.87:
        mark = pick(random, ["NG", "QT", "CV", "NN"])
        return "car", f"{code}-{digits(random, 3)}", f"{mark}-{digits(random, 2)}", WHITE
    if chance < 0.92:
        pair = pick(random, LETTERS) + pick(random, LETTERS)
        return "car", pair, f"{digits(random, 2)}-{digits(random, 2)}", RED
    free = "".join(pick(random, DIGITS if random.random() < 0.55 else LETTERS) for _ in range(random.integers(4, 9)))
    cut = random.integers(2, len(free) - 1)
    tint = pick(random, [WHITE, YELLOW, BLUE, ((30, 32, 34), (225, 225, 220))])
    return "free", free[:cut], free[cut:], tint


def compose(random, line, hand, height, gap, spread):
    """Masks of a line's characters at a height, and their places: [(mask, x, label)], total width."""
    placed, x = [], 0.0
    cell = spread * height * 0.52
    for character in line:
        if character in "-.":
            size = (max(2, int(height * 0.1)), int(height * 0.28)) if character == "-" else (max(2, int(height * 0.13)),) * 2
            placed.append((np.full(size, 255, np.uint8), x + gap * 0.4, character))
            x += size[1] + gap * 0.9
            continue
        mask = hand.mask(character)
        width = max(3, int(mask.shape[1] * height / MASK_HEIGHT * spread))
        shrunk = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
        inside = max(0.0, (cell - width) / 2) if character == "1" else 0.0
        placed.append((shrunk, x + inside, character))
        x += width + 2 * inside + gap
    return placed, x - gap


def draw(random, drawn, fonts, one_line=None, canvas=None):
    """A plate of random form; `one_line` forces the number of lines (cars and free forms only)."""
    kind, head, tail, (background, ink) = text(random)
    if kind == "moto" and one_line:
        kind, head = "car", head.replace("-", "")[:3]
    single = kind != "moto" and (random.random() < 0.55 if one_line is None else one_line)
    hand = pick(random, drawn if random.random() < 0.72 or not fonts else fonts)
    height = canvas or int(random.integers(64, 113))
    ratio = random.uniform(3.7, 4.95) if single else random.uniform(1.22, 1.5) if kind == "moto" else random.uniform(1.3, 2.05)
    if single:
        height = max(40, int(height * 0.62))
    width = int(height * ratio)
    join = "-" if random.random() < 0.7 else ""
    if kind == "car" and not single and random.random() < 0.3:
        head += "-"
    lines = [head + join + tail] if single else [head, tail]

    cover = np.zeros((height, width), np.uint8)
    centres = []
    share = random.uniform(0.66, 0.82) if single else random.uniform(0.34, 0.42)
    top = (1 - share) / 2 if single else random.uniform(0.06, 0.13)
    for index, line in enumerate(lines):
        tall = max(8, int(height * share * (random.uniform(0.84, 1.0) if not single and index == 0 else 1.0)))
        gap, spread = tall * random.uniform(0.06, 0.2), random.uniform(0.85, 1.12)
        placed, total = compose(random, line, hand, tall, gap, spread)
        room = width * random.uniform(0.86, 0.95)
        if total > room:
            spread *= room / total
            placed, total = compose(random, line, hand, tall, gap * room / total, spread)
        x0 = max(1.0, (width - total) / 2 + random.normal(0, 0.01) * width)
        y0 = height * top if index == 0 else height * (1 - random.uniform(0.06, 0.12)) - tall
        for mask, x, label in placed:
            sag = {"-": 0.45, ".": random.uniform(0.42, 0.85)}.get(label, 0)
            left, y = int(x0 + x), int(y0 + sag * tall)
            part = mask[: max(0, height - y), : max(0, width - left)]
            if part.size:
                target = cover[y : y + part.shape[0], left : left + part.shape[1]]
                np.maximum(target, part, out=target)
            if label not in "-.":
                centres.append((index, left + mask.shape[1] / 2, y + tall / 2))
    picture = paint(random, cover, background, ink, hand)
    texts = [line.replace("-", "").replace(".", "") for line in lines]
    return Plate(picture, texts, centres)


def paint(random, cover, background, ink, hand):
    """Ink on metal: worn paint, an embossed edge, a rim, bolts, dirt and scratches."""
    height, width = cover.shape
    ground = np.clip(np.array(background) + random.normal(0, 9, 3), 0, 255)
    colour = np.clip(np.array(ink) + random.normal(0, 12, 3) + max(0, random.normal(0, 18)), 0, 255)
    alpha = cover.astype(np.float32) / 255
    if random.random() < 0.25:
        wear = cv2.resize(random.random((6, 12), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        alpha *= np.clip(1.25 - wear * random.uniform(0.2, 0.8), 0.25, 1)
    picture = ground[None, None] * (1 - alpha[..., None]) + colour[None, None] * alpha[..., None]
    if random.random() < 0.6:
        relief = cv2.Sobel(cv2.GaussianBlur(alpha, (0, 0), max(0.6, height / 90)), cv2.CV_32F, 1, 1, ksize=3)
        picture += relief[..., None] * random.uniform(-60, 60)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if random.random() < 0.65:
        inset, thick = int(height * random.uniform(0, 0.03)), max(1, int(height * random.uniform(0.01, 0.035)))
        rim = colour if random.random() < 0.6 else np.clip(ground * random.uniform(0.3, 0.8), 0, 255)
        cv2.rectangle(picture, (inset, inset), (width - 1 - inset, height - 1 - inset), tuple(map(int, rim)), thick)
    if random.random() < 0.55:
        for side in (random.uniform(0.12, 0.3), random.uniform(0.7, 0.88)):
            for y in ([random.uniform(0.04, 0.1), 0.94] if random.random() < 0.4 else [random.uniform(0.03, 0.55)]):
                tone = int(random.uniform(30, 220))
                cv2.circle(picture, (int(width * side), int(height * y)), max(1, int(height * random.uniform(0.015, 0.04))), (tone, tone, tone), -1)
    for _ in range(random.poisson(0.8)):
        centre = (int(random.uniform(0, width)), int(random.uniform(0, height)))
        axes = (int(1 + random.exponential(0.05) * width), int(1 + random.exponential(0.07) * height))
        stain = picture.copy()
        mud = random.uniform(30, 130) * np.array([1, random.uniform(0.8, 1), random.uniform(0.6, 0.95)])
        cv2.ellipse(stain, centre, axes, random.uniform(0, 180), 0, 360, tuple(map(int, mud)), -1)
        strength = random.uniform(0.15, 0.75)
        picture = cv2.addWeighted(cv2.GaussianBlur(stain, (0, 0), max(0.5, height / 60)), strength, picture, 1 - strength, 0)
    for _ in range(random.poisson(0.5)):
        ends = [(int(random.uniform(0, width)), int(random.uniform(0, height))) for _ in range(2)]
        tone = int(random.uniform(0, 255))
        cv2.line(picture, ends[0], ends[1], (tone, tone, tone), 1, cv2.LINE_AA)
    return picture
