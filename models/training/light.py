"""What light, lens, motion and coding do to a picture: applied to a whole crop or scene."""
import cv2
import numpy as np


def shade(random, picture):
    """A shadow's edge, a glare spot, a gradient: multiplied into a float32 picture in place."""
    height, width = picture.shape[:2]
    if random.random() < 0.5:
        corners = random.uniform(0.55, 1.15, (2, 2)).astype(np.float32)
        picture *= cv2.resize(corners, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
    if random.random() < 0.18:
        mask = np.ones((height, width), np.float32)
        angle = random.uniform(0, 2 * np.pi)
        centre = np.array([random.uniform(0.2, 0.8) * width, random.uniform(0.2, 0.8) * height])
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        far = 3.0 * max(width, height)
        corners = np.array([centre - far * along, centre + far * along, centre + far * (along + across), centre - far * (along - across)])
        cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], float(random.uniform(0.35, 0.75)))
        picture *= cv2.GaussianBlur(mask, (0, 0), random.uniform(0.5, 4))[..., None]
    if random.random() < 0.12:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        centre_x, centre_y = random.uniform(0, width), random.uniform(0, height)
        radius = random.uniform(0.1, 0.5) * width
        spot = np.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / (2 * radius**2))
        picture += spot[..., None] * random.uniform(40, 220)


def blur(random, picture, strength=1.0):
    """Focus and motion, in pixels of the picture."""
    if random.random() < 0.75:
        sigma = min(abs(random.normal(0, 0.75)) * strength, 2.2)
        if sigma > 0.25:
            picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if random.random() < 0.22:
        length = int(random.integers(2, max(3, int(5 * strength))))
        kernel = np.zeros((length * 2 + 1,) * 2, np.float32)
        angle = random.uniform(0, np.pi) if random.random() < 0.4 else random.normal(0, 0.15)
        dx, dy = length / 2 * np.cos(angle), length / 2 * np.sin(angle)
        cv2.line(kernel, (round(length - dx), round(length - dy)), (round(length + dx), round(length + dy)), 1.0, 1, cv2.LINE_AA)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    return picture


def expose(random, picture, night=0.15):
    """Gain, gamma, colour cast and sensor noise; float32 in, uint8 out."""
    dark = random.random() < night
    gain = random.uniform(0.18, 0.5) if dark else random.uniform(0.55, 1.25)
    picture = picture * gain + random.uniform(-12, 22)
    picture *= random.uniform(0.93, 1.07, 3).astype(np.float32)
    picture = 255 * (np.clip(picture, 0, 255) / 255) ** random.uniform(0.7, 1.35)
    noise = abs(random.normal(0, 4)) * (1.8 if dark else 1.0)
    if noise > 0.5:
        height, width = picture.shape[:2]
        grain = random.standard_normal((height, width, 1 if random.random() < 0.5 else 3), np.float32)
        picture = picture + grain * noise
    return np.clip(picture, 0, 255).astype(np.uint8)


def compress(random, picture):
    """JPEG at the qualities that cameras and exports use."""
    if random.random() < 0.8:
        quality = int(random.integers(25, 96))
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return picture
