"""Plate crops as a reader meets them: cut out a little wrong, tilted, small, dark, coded. Grey, 64×128."""
import cv2
import numpy as np

import light
from backgrounds import cut
from clutter import lamps_and_grilles
from glyphs import BARRED_D, DIGITS, LETTERS
from plates import draw

HEIGHT, WIDTH, STEPS = 64, 128, 32
ALPHABET = DIGITS + LETTERS
"""Đ counts as D: registers write it so, and a bar of two pixels is not to be relied on."""
CLASSES = {c: i + 1 for i, c in enumerate(ALPHABET)} | {BARRED_D: ALPHABET.index("D") + 1}


def empty(random, pictures):
    """A crop of anything but a plate, which reads as nothing: a lamp, a wheel, a wall that the detector took for one."""
    height, width = (64, 128) if random.random() < 0.6 else (32, 128)
    lit = cut(random, pictures, height, width).astype(np.float32)
    if random.random() < 0.5:
        lamps_and_grilles(random, lit)
    light.shade(random, lit)
    shot = light.compress(random, light.expose(random, light.blur(random, lit)))
    return cv2.cvtColor(cv2.resize(shot, (WIDTH, HEIGHT)), cv2.COLOR_RGB2GRAY), [[], []], []


def crop(random, drawn, fonts, pictures):
    """(grey 64×128 uint8, [first line's classes, second line's], [(line, step, class)] where glyph centres fall)."""
    if random.random() < 0.08:
        return empty(random, pictures)
    plate = draw(random, drawn, fonts)
    height, width = plate.picture.shape[:2]
    out_width = int(np.exp(random.uniform(np.log(38), np.log(300))))
    out_height = max(10, int(out_width * height / width * random.uniform(0.85, 1.2)))
    steep = random.random() < 0.25
    tilt = np.radians(random.normal(0, 9 if steep else 3.5))
    margins = random.uniform(-0.04, 0.15, 4)
    corners = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    corners = corners * [width / height, 1.0]
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    shear = np.array([[1, random.normal(0, 0.08)], [random.normal(0, 0.05), 1]])
    corners = corners @ turn.T @ shear.T + random.normal(0, 0.025, (4, 2)) * [width / height, 1]
    low, high = corners.min(0), corners.max(0)
    size = high - low
    low = low - margins[:2] * size
    high = high + margins[2:] * size
    target = ((corners - low) / (high - low) * [out_width, out_height]).astype(np.float32)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    picture = plate.picture
    shrink = min(out_width / width, out_height / height)
    if shrink < 0.9:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.42 / shrink)
    plain = random.random() < 0.5
    around = background(random, out_height, out_width) if plain else cut(random, pictures, out_height, out_width)
    warped = cv2.warpPerspective(picture, matrix, (out_width, out_height), dst=around, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    lit = warped.astype(np.float32)
    light.shade(random, lit)
    lit = light.blur(random, lit, strength=min(2.0, out_width / 90))
    shot = light.compress(random, light.expose(random, lit))
    how = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA)[random.integers(3)]
    grey = cv2.cvtColor(cv2.resize(shot, (WIDTH, HEIGHT), interpolation=how), cv2.COLOR_RGB2GRAY)
    lines = [[CLASSES[c] for c in line] for line in plate.lines] + [[]] * (2 - len(plate.lines))
    centres = cv2.perspectiveTransform(np.array([[[x, y]] for _, x, y in plate.centres], np.float32), matrix)[:, 0]
    labels = [label for line in lines for label in line]
    marks = [
        (line, int(np.clip(x / out_width * STEPS, 0, STEPS - 1)), label)
        for (line, _, _), (x, _), label in zip(plate.centres, centres, labels)
    ]
    return grey, lines, marks


def background(random, height, width):
    """What shows around a plate: a plain, graded or cluttered surface."""
    base = random.uniform(5, 230, 3) if random.random() < 0.4 else np.full(3, random.uniform(5, 200))
    coarse = np.clip(base + random.normal(0, random.uniform(2, 45), (4, 6, 3)), 0, 255).astype(np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
