"""Pictures for the detector: parts of vehicles as a vehicle's box shows them, with none to three plates, 192×192."""
import cv2
import numpy as np

import light
from backgrounds import cut
from clutter import board, colour, grille, lamp, rounded, wheel
from plates import draw

SIZE = 192


def body(random, picture):
    """A vehicle's rear or front: paint with a gradient, panels and seams, or a motorbike's dark tail."""
    height, width = picture.shape[:2]
    middle = width * random.uniform(0.3, 0.7)
    if random.random() < 0.5:
        paint = np.array(colour(random, 10, 245)) if random.random() < 0.6 else np.full(3, random.uniform(10, 245))
        half, top, low = width * random.uniform(0.25, 0.6), height * random.uniform(-0.1, 0.4), height * random.uniform(0.75, 1.1)
        shoulder = half * random.uniform(0.5, 1)
        outline = [(middle - shoulder, top), (middle + shoulder, top), (middle + half, (top + low) / 2), (middle + half * 0.96, low), (middle - half * 0.96, low), (middle - half, (top + low) / 2)]
        mask = np.zeros((height, width), np.float32)
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 1.0, cv2.LINE_AA)
        gradient = np.linspace(random.uniform(0.5, 1.3), random.uniform(0.4, 1.1), height, dtype=np.float32)[:, None, None]
        picture += (paint * gradient - picture) * mask[..., None] * random.uniform(0.85, 1)
        if random.random() < 0.6:
            glass = [(middle - shoulder * 0.85, top + 4), (middle + shoulder * 0.85, top + 4), (middle + half * 0.9, top + (low - top) * 0.32), (middle - half * 0.9, top + (low - top) * 0.32)]
            cv2.fillPoly(picture, [np.round(glass).astype(np.int32)], colour(random, 0, 110), cv2.LINE_AA)
        for _ in range(random.integers(0, 6)):
            y = int(random.uniform(top, low))
            cv2.line(picture, (int(middle - half), y), (int(middle + half), int(y + random.normal(0, 3))), colour(random, 0, 230), int(random.integers(1, 4)), cv2.LINE_AA)
    else:
        for _ in range(random.integers(3, 9)):
            centre = (int(middle + random.normal(0, width * 0.14)), int(random.uniform(0.1, 1.0) * height))
            axes = (int(width * random.uniform(0.03, 0.25)), int(height * random.uniform(0.05, 0.35)))
            cv2.ellipse(picture, centre, axes, random.normal(0, 25), 0, 360, colour(random, 0, 80 if random.random() < 0.8 else 230), -1, cv2.LINE_AA)
        wheel(random, picture, middle + random.normal(0, 15), height * random.uniform(0.6, 1.05), height * random.uniform(0.08, 0.25))
    for _ in range(random.integers(0, 5)):
        piece = (lamp, lamp, grille, wheel)[random.integers(4)]
        piece(random, picture, random.uniform(0, width), random.uniform(0, height), width * random.uniform(0.06, 0.3))


def corners_of(random, plate, width):
    """Where a plate's corners come to lie in the picture, for a width in pixels: turned in space, seen in perspective."""
    height_px, width_px = plate.picture.shape[:2]
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float64) * [0.5, 0.5 * height_px / width_px]
    yaw, pitch, roll = np.radians([random.normal(0, 24), random.normal(0, 13), random.normal(0, 6)])
    x, y = half[:, 0], half[:, 1]
    x, y = x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)
    x, depth = x * np.cos(yaw), x * np.sin(yaw)
    y, depth = y * np.cos(pitch), depth + y * np.sin(pitch)
    scale = 1 / (1 + depth * random.uniform(0, 0.35))
    points = np.stack([x * scale, y * scale], 1)
    return points * width


def place(random, picture, plate, taken):
    """Warps a plate in. Returns its corners (4×2), or None where there is no room."""
    height_px, width_px = plate.picture.shape[:2]
    long = width_px > height_px * 2.4
    width = float(np.exp(random.uniform(np.log(13), np.log(100)))) * (1.3 if long else 1.0)
    size = picture.shape[0]
    for _ in range(6):
        corners = corners_of(random, plate, width) + random.uniform(0.04, 0.96, 2) * size
        low, high = corners.min(0), corners.max(0)
        if all((low > b[1] + 2).any() or (high < b[0] - 2).any() for b in taken):
            break
    else:
        return None
    taken.append((low, high))
    if random.random() < 0.5:
        # The holder: a dark recess, or a rim of metal or plastic.
        middle = corners.mean(0)
        grown = middle + (corners - middle) * random.uniform(1.04, 1.45, 2)
        cv2.fillPoly(picture, [np.round(grown).astype(np.int32)], colour(random, 0, 90 if random.random() < 0.75 else 240), cv2.LINE_AA)
    source = np.array([[0, 0], [width_px, 0], [width_px, height_px], [0, height_px]], np.float32)
    flat = plate.picture
    shrink = width / width_px
    if shrink < 0.9:
        flat = cv2.GaussianBlur(flat, (0, 0), 0.42 / shrink)
    gain = random.uniform(0.5, 1.15)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    area = cv2.warpPerspective(np.full((height_px, width_px), 255, np.uint8), matrix, (size, size), flags=cv2.INTER_LINEAR)
    warped = cv2.warpPerspective(flat, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = area[..., None].astype(np.float32) / 255
    picture += (warped.astype(np.float32) * gain - picture) * alpha
    if random.random() < 0.12:
        # Something hangs before it: a strap, a bag, a mudguard's edge.
        x, y = corners.mean(0) + random.normal(0, width / 3, 2)
        rounded(picture, ((x, y), (width * random.uniform(0.05, 0.2), width * random.uniform(0.3, 0.9))), colour(random, 0, 160), random.normal(0, 30))
    return corners


def european(random, plate):
    """A blue field at the left end, as on the plates of many countries."""
    height, width = plate.picture.shape[:2]
    band = int(height * random.uniform(0.28, 0.42))
    plate.picture[:, :band] = (25, 60, 165)
    for k in range(9):
        at = (int(band / 2 + band * 0.28 * np.cos(k * 0.7)), int(height * 0.36 + band * 0.28 * np.sin(k * 0.7)))
        cv2.circle(plate.picture, at, max(1, height // 40), (240, 210, 60), -1)


def scene(random, drawn, fonts, pictures):
    """(RGB 192×192 uint8, [corners 4×2 of each plate to find], [corners of plates that are cut too far to count])."""
    picture = cut(random, pictures, SIZE, SIZE).astype(np.float32)
    if random.random() < 0.78:
        body(random, picture)
    for _ in range(random.poisson(0.5)):
        w = SIZE * random.uniform(0.08, 0.8)
        board(random, picture, drawn, random.uniform(0, SIZE), random.uniform(0, SIZE), w, w * random.uniform(0.12, 0.9))
    count = (0, 1, 1, 1, 1, 1, 2, 2, 3)[random.integers(9)] if random.random() > 0.1 else 0
    whole, partly, taken = [], [], []
    for _ in range(count):
        plate = draw(random, drawn, fonts)
        if len(plate.lines) == 1 and random.random() < 0.3:
            european(random, plate)
        corners = place(random, picture, plate, taken)
        if corners is None:
            continue
        inside = np.clip(corners, 0, SIZE)
        shown = cv2.contourArea(inside.astype(np.float32)) / max(1.0, cv2.contourArea(corners.astype(np.float32)))
        (whole if shown > 0.8 else partly).append(corners)
    light.shade(random, picture)
    picture = light.expose(random, light.blur(random, picture, strength=1.2), night=0.2)
    return light.compress(random, picture), whole, partly
