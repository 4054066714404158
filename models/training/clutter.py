"""What a net takes for a plate: lamps, grilles, wheels, vents, stickers and boards, drawn on a float32 RGB picture in place."""
import cv2
import numpy as np


def colour(random, low=0, high=255):
    return tuple(float(c) for c in random.uniform(low, high, 3))


def rounded(picture, box, tint, angle):
    """A filled rectangle with soft corners, turned by an angle in degrees."""
    (x, y), (w, h) = box
    corners = cv2.boxPoints(((x, y), (max(1.0, w), max(1.0, h)), angle))
    cv2.fillPoly(picture, [np.round(corners).astype(np.int32)], tint, cv2.LINE_AA)


def lamp(random, picture, x, y, size):
    """A head or tail lamp: a bright field with a rim, ribs and a hot spot."""
    tint = [(200, 20, 20), (235, 120, 30), (225, 225, 220), (160, 160, 165), (120, 10, 15)][random.integers(5)]
    tint = tuple(float(np.clip(c + random.normal(0, 18), 0, 255)) for c in tint)
    w, h = size * random.uniform(0.7, 2.2), size * random.uniform(0.5, 1.0)
    angle = random.normal(0, 12)
    if random.random() < 0.5:
        cv2.ellipse(picture, (int(x), int(y)), (max(1, int(w / 2)), max(1, int(h / 2))), angle, 0, 360, tint, -1, cv2.LINE_AA)
    else:
        rounded(picture, ((x, y), (w, h)), tint, angle)
    for k in range(random.integers(0, 6)):
        shift = (k - 2) * w / 6
        tone = tuple(c * random.uniform(0.6, 1.1) for c in tint)
        cv2.line(picture, (int(x + shift), int(y - h / 2.4)), (int(x + shift), int(y + h / 2.4)), tone, 1, cv2.LINE_AA)
    if random.random() < 0.5:
        spot = (int(x + random.normal(0, w / 6)), int(y + random.normal(0, h / 6)))
        cv2.circle(picture, spot, max(1, int(h * random.uniform(0.1, 0.35))), (250.0, 245.0, 235.0), -1, cv2.LINE_AA)


def grille(random, picture, x, y, size):
    """Bars, slats or a mesh."""
    w, h = size * random.uniform(1.2, 4), size * random.uniform(0.5, 1.4)
    rounded(picture, ((x, y), (w, h)), colour(random, 0, 70), 0)
    bars = random.integers(2, 9)
    tone = colour(random, 30, 210)
    upright = random.random() < 0.3
    for k in range(bars):
        share = (k + 0.5) / bars - 0.5
        start, end = ((x + share * w, y - h / 2), (x + share * w, y + h / 2)) if upright else ((x - w / 2, y + share * h), (x + w / 2, y + share * h))
        cv2.line(picture, tuple(map(int, start)), tuple(map(int, end)), tone, max(1, int(size / 25)), cv2.LINE_AA)


def wheel(random, picture, x, y, size):
    """A tyre, its rim and spokes."""
    centre, radius = (int(x), int(y)), max(3, int(size * random.uniform(0.5, 1.2)))
    axes = (max(2, int(radius * random.uniform(0.25, 1))), radius)
    cv2.ellipse(picture, centre, axes, 0, 0, 360, colour(random, 5, 55), -1, cv2.LINE_AA)
    inner = (max(1, int(axes[0] * 0.65)), max(1, int(axes[1] * 0.65)))
    cv2.ellipse(picture, centre, inner, 0, 0, 360, colour(random, 60, 190), -1, cv2.LINE_AA)
    for angle in np.linspace(0, np.pi, random.integers(2, 7), endpoint=False):
        dx, dy = inner[0] * np.cos(angle), inner[1] * np.sin(angle)
        cv2.line(picture, (int(x - dx), int(y - dy)), (int(x + dx), int(y + dy)), colour(random, 10, 90), max(1, radius // 10), cv2.LINE_AA)


def lamps_and_grilles(random, picture):
    """One to three pieces that fill much of a small crop."""
    height, width = picture.shape[:2]
    for _ in range(random.integers(1, 4)):
        piece = (lamp, grille, wheel)[random.integers(3)]
        piece(random, picture, random.uniform(0, width), random.uniform(0, height), height * random.uniform(0.3, 1.1))


def board(random, picture, hands, x, y, w, h):
    """A sign, a sticker, a phone number on a tailgate: text that is no plate."""
    angle = random.normal(0, 6)
    dark_on_light = random.random() < 0.5
    ground = colour(random, 150, 255) if dark_on_light else colour(random, 0, 150)
    ink = colour(random, 0, 90) if dark_on_light else colour(random, 170, 255)
    if random.random() < 0.75:
        rounded(picture, ((x, y), (w, h)), ground, angle)
    rows = int(random.integers(1, 5)) if h > w * 0.35 else 1
    # A plate has one or two rows that fill it; a board has more rows, longer ones, or much empty room.
    tall = h / rows * random.uniform(0.35, 0.7) if rows > 2 else h * random.uniform(0.15, 0.32)
    hand = hands[random.integers(len(hands))]
    height, width = picture.shape[:2]
    for row in range(rows):
        left, top = x - w * random.uniform(0.3, 0.47), y - h / 2 + h * (row + 0.5) / rows - tall / 2
        for _ in range(int(random.integers(3, 14))):
            mask = hand.mask("ABCDEFGHIKLMNOPRSTUVXY0123456789"[random.integers(32)])
            glyph_w = max(1, int(mask.shape[1] * tall / mask.shape[0]))
            glyph = cv2.resize(mask, (glyph_w, max(1, int(tall))), interpolation=cv2.INTER_AREA)[..., None] / 255
            x0, y0 = int(left), int(top)
            left += glyph_w + tall * 0.15
            if left > x + w * 0.47 or x0 < 0 or y0 < 0 or x0 + glyph_w > width or y0 + glyph.shape[0] > height:
                continue
            part = picture[y0 : y0 + glyph.shape[0], x0 : x0 + glyph_w]
            part[:] = part * (1 - glyph) + np.array(ink) * glyph
