"""Trains the plate detector: a heat map of plate centres at stride 8 and the four corners around each."""
import argparse
import pathlib
import sys

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import backgrounds
from glyphs import hands
from reader import Residual, block
from scenes import SIZE, scene
from training import Average, Course, Replay, export

STRIDE, REACH = 8, 32.0
"""Corners are given in units of REACH pixels from the cell's centre."""


class Detector(nn.Module):
    """Input [N,3,H,W] RGB 0..255, H and W multiples of 32. Output [N,9,H/8,W/8]: a logit, then x, y of four corners."""

    def __init__(self):
        super().__init__()
        self.to4 = nn.Sequential(block(3, 16, 3, 2), block(16, 24, 3, 2), Residual(24))
        self.to8 = nn.Sequential(block(24, 48, 3, 2), Residual(48), Residual(48))
        self.to16 = nn.Sequential(block(48, 80, 3, 2), Residual(80), Residual(80))
        self.to32 = nn.Sequential(block(80, 112, 3, 2), Residual(112))
        self.from32 = block(112, 80, 1)
        self.from16 = block(80, 48, 1)
        self.mix = block(48, 64, 3)
        self.score = nn.Conv2d(64, 1, 1)
        self.corners = nn.Sequential(block(64, 48, 3), nn.Conv2d(48, 8, 1))
        nn.init.constant_(self.score.bias, -4.0)

    def forward(self, x):
        s8 = self.to8(self.to4((x - 110.0) / 60.0))
        s16 = self.to16(s8)
        s16 = s16 + F.interpolate(self.from32(self.to32(s16)), scale_factor=2.0, mode="nearest")
        s8 = self.mix(s8 + F.interpolate(self.from16(s16), scale_factor=2.0, mode="nearest"))
        return torch.cat([self.score(s8), self.corners(s8)], 1)


class Scored(nn.Module):
    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, picture):
        raw = self.detector(picture)
        return torch.cat([raw[:, :1].sigmoid(), raw[:, 1:] * REACH], 1)


CELLS = SIZE // STRIDE
CENTRES = (np.stack(np.meshgrid(np.arange(CELLS), np.arange(CELLS)), -1) + 0.5) * STRIDE


def target(whole, partly):
    """(heat 24×24, weight of the corner loss 24×24, corners 8×24×24, mask of cells that count 24×24)."""
    heat = np.zeros((CELLS, CELLS), np.float32)
    weight = np.zeros((CELLS, CELLS), np.float32)
    corners = np.zeros((8, CELLS, CELLS), np.float32)
    mask = np.ones((CELLS, CELLS), np.float32)
    for points in partly:
        low, high = points.min(0) / STRIDE, points.max(0) / STRIDE
        x0, y0 = np.clip(np.floor(low).astype(int), 0, CELLS)
        x1, y1 = np.clip(np.ceil(high).astype(int), 0, CELLS)
        mask[y0:y1, x0:x1] = 0
    for points in whole:
        middle, size = points.mean(0), points.max(0) - points.min(0)
        sigma = np.maximum(size * 0.16, STRIDE * 0.42)
        bump = np.exp(-(((CENTRES - middle) / sigma) ** 2).sum(-1) / 2).astype(np.float32)
        x, y = np.clip((middle / STRIDE).astype(int), 0, CELLS - 1)
        bump[y, x] = 1.0
        near = (bump > 0.4) & (bump > weight)
        weight[near] = bump[near]
        offset = (points[None, None] - CENTRES[:, :, None]).reshape(CELLS, CELLS, 8) / REACH
        corners[:, near] = offset[near].T
        heat = np.maximum(heat, bump)
        mask[bump > 0.4] = 1
    return heat, weight, corners, mask


def loss_of(raw, targets):
    """The penalty-reduced focal loss of CenterNet (Zhou et al. 2019, eq. 1) and L1 on corners relative to the plate's size."""
    heat, weight, corners, mask = (torch.from_numpy(np.stack(part)) for part in zip(*targets))
    logit = raw[:, 0]
    chance = logit.sigmoid()
    positive = (heat >= 0.999).float() * mask
    count = positive.sum().clamp(min=1)
    found = F.logsigmoid(logit) * (1 - chance) ** 2 * positive
    empty = F.logsigmoid(-logit) * chance**2 * (1 - heat) ** 4 * (1 - positive) * mask
    span = corners.reshape(-1, 4, 2, *corners.shape[2:])
    size = (span.amax(1) - span.amin(1)).sum(1).clamp(min=0.2)
    apart = (raw[:, 1:] - corners).abs().sum(1) / size * weight
    return -(found.sum() + empty.sum()) / count, apart.sum() / weight.sum().clamp(min=1)


def tensor(pictures):
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32)).to(memory_format=torch.channels_last)


def boxes(output, threshold):
    """Peaks of one picture's output [9,h,w] as (score, corners 4×2), one for each plate: NMS at IoU 0.3 of their boxes."""
    heat = output[0]
    found = []
    for y, x in zip(*np.where(heat >= threshold)):
        corners = output[1:, y, x].reshape(4, 2) + [(x + 0.5) * STRIDE, (y + 0.5) * STRIDE]
        found.append((float(heat[y, x]), corners))
    found.sort(key=lambda each: -each[0])
    kept = []
    for score, corners in found:
        if all(overlap(corners, other) < 0.3 for _, other in kept):
            kept.append((score, corners))
    return kept


def overlap(a, b):
    low = np.maximum(a.min(0), b.min(0))
    high = np.minimum(a.max(0), b.max(0))
    inside = np.prod(np.maximum(0, high - low))
    return inside / (np.prod(a.max(0) - a.min(0)) + np.prod(b.max(0) - b.min(0)) - inside)


@torch.no_grad()
def curve(network, examples):
    """[(threshold, precision, recall, F1)] at IoU 0.5 on rendered pictures; plates that are cut are neither."""
    outputs = [out for k in range(0, len(examples), 32) for out in network(tensor([e[0] for e in examples[k : k + 32]])).numpy()]
    rows = []
    for threshold in np.arange(0.2, 0.8, 0.05):
        hits = false = total = 0
        for output, (_, whole, partly) in zip(outputs, examples):
            total += len(whole)
            free = list(range(len(whole)))
            for _, corners in boxes(output, threshold):
                match = next((k for k in free if overlap(corners, whole[k]) >= 0.5), None)
                if match is not None:
                    free.remove(match)
                    hits += 1
                elif all(overlap(corners, part) < 0.1 for part in partly):
                    false += 1
        recall, precision = hits / total, hits / max(1, hits + false)
        rows.append((threshold, precision, recall, 2 * precision * recall / max(1e-9, precision + recall)))
    return rows


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fonts", type=pathlib.Path, default=pathlib.Path("/usr/share/fonts"))
    options.add_argument("--backgrounds", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--minutes", type=float, default=30, help="processor time")
    options.add_argument("--seed", type=int, default=21)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options = options.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    pictures = backgrounds.load(options.backgrounds)
    drawn, fonts = hands(random, options.fonts)
    held = np.random.default_rng(options.seed + 1)
    held_drawn, held_fonts = hands(held, options.fonts, 40)
    validation = [scene(held, held_drawn, held_fonts, pictures) for _ in range(400)]

    network = Detector().to(memory_format=torch.channels_last)
    average = Average(network, 0.998)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2.5e-3, weight_decay=0.02)
    replay = Replay(6000, random)
    course = Course(options.minutes, 2.5e-3)
    best, steps, next_report = 0.0, 0, 0.2
    print(sum(p.numel() for p in network.parameters()), "parameters;", len(pictures), "backgrounds", flush=True)
    while course.progress() < 1:
        fresh = []
        for _ in range(16):
            picture, whole, partly = scene(random, drawn, fonts, pictures)
            fresh.append((picture, target(whole, partly)))
            replay.add(fresh[-1])
        batch = fresh + replay.take(16)
        for group in optimiser.param_groups:
            group["lr"] = course.learning_rate(steps)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            raw = network.train()(tensor([picture for picture, _ in batch]))
        heat_loss, corner_loss = loss_of(raw.float(), [t for _, t in batch])
        optimiser.zero_grad()
        (heat_loss + 2.0 * corner_loss).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 10.0)
        optimiser.step()
        average.update(network)
        steps += 1
        if course.progress() >= next_report:
            next_report += 0.2
            rows = curve(Scored(average.network), validation)
            threshold, precision, recall, f1 = max(rows, key=lambda row: row[3])
            print(f"{course.progress():.2f} step {steps} rendered {replay.added} heat {heat_loss.item():.2f} corners {corner_loss.item():.3f}"
                  f" best F1 {f1:.3f} at {threshold:.2f} (precision {precision:.3f} recall {recall:.3f})", flush=True)
            if f1 >= best:
                best = f1
                export(Scored(average.network), torch.zeros(1, 3, 256, 256), options.out, ["plates"])
    for row in curve(Scored(average.network), validation):
        print("threshold %.2f precision %.3f recall %.3f F1 %.3f" % row)


if __name__ == "__main__":
    sys.exit(main())
