"""Real pictures to paint on: stills of freely licensed clips and Debian's wallpapers; none shows a readable plate."""
import pathlib
import subprocess
import sys

import cv2

CLIPS = {
    "car-detection": 0.5,
    "one-by-one-person-detection": 0.5,
    "intel-preview-face-demographics-walking": 1.0,
    "intel-preview-head-pose-face-detection-female": 1.0,
    "intel-preview-people-detection": 1.0,
    "odc-junction-a": 1.0,
}
"""Stills per second: CC BY 4.0 (Intel) and MIT (opendatacam). Plates in them, where a car is seen, are a few pixels wide."""


def extract(media, folder):
    """Writes the stills of the clips in `media` as JPEG into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rate in CLIPS.items():
        subprocess.run(
            ["ffmpeg", "-y", "-loglevel", "error", "-i", str(media / f"{name}.mp4"), "-vf", f"fps={rate}", "-frames:v", "60", "-q:v", "2", str(folder / f"{name}-%03d.jpg")],
            check=True,
        )


def load(folders):
    """All pictures below the folders as RGB, the longer side at most 1280 pixels."""
    pictures = []
    for path in sorted(path for folder in folders for path in pathlib.Path(folder).rglob("*.jpg")):
        picture = cv2.imread(str(path))
        if picture is None or min(picture.shape[:2]) < 200:
            continue
        scale = min(1.0, 1280 / max(picture.shape[:2]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pictures.append(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
    if not pictures:
        raise SystemExit(f"no picture below {', '.join(map(str, folders))}")
    return pictures


def cut(random, pictures, height, width):
    """A random piece at a random scale, sometimes mirrored."""
    picture = pictures[random.integers(len(pictures))]
    tall, wide = picture.shape[:2]
    scale = min(tall / height, wide / width, float(2 ** random.uniform(-2.2, 1.5)))
    h, w = max(4, int(height * scale)), max(4, int(width * scale))
    y, x = random.integers(0, tall - h + 1), random.integers(0, wide - w + 1)
    piece = picture[y : y + h, x : x + w]
    if random.random() < 0.5:
        piece = piece[:, ::-1]
    how = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    return cv2.resize(piece, (width, height), interpolation=how)


if __name__ == "__main__":
    extract(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
