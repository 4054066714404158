"""Trains the reader: a grey 64×128 crop to two lines of text, by CTC and by the known places of the glyphs."""
import argparse
import pathlib
import sys

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import backgrounds
from crops import ALPHABET, HEIGHT, STEPS, WIDTH, crop
from glyphs import hands
from training import Average, Course, Replay, export


def block(inputs, outputs, kernel=3, stride=1):
    padding = tuple(k // 2 for k in kernel) if isinstance(kernel, tuple) else kernel // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = block(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class Reader(nn.Module):
    """Input [N,1,64,128], 0..255. Output [N, 2 lines, 32 steps, 1 + 36] logits; class 0 is the blank."""

    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            block(1, 16, 5, 2), block(16, 44, 3, 2), Residual(44), block(44, 88, 3, (2, 1)), Residual(88)
        )
        self.column = nn.Sequential(nn.Conv2d(88, 256, (8, 3), 1, (0, 1), bias=False), nn.BatchNorm2d(256), nn.ReLU(inplace=True))
        self.along = nn.Sequential(
            nn.Conv2d(256, 256, (1, 5), 1, (0, 2), groups=4, bias=False), nn.BatchNorm2d(256), nn.ReLU(inplace=True), nn.Conv2d(256, 256, 1)
        )
        self.lines = nn.Conv2d(256, 2 * (1 + len(ALPHABET)), 1)

    def forward(self, x):
        mean = x.mean((1, 2, 3), keepdim=True)
        deviation = ((x - mean) ** 2).mean((1, 2, 3), keepdim=True).sqrt()
        x = self.column(self.trunk((x - mean) / (deviation + 4.0)))
        x = self.lines(F.relu(x + self.along(x)))
        return x.reshape(-1, 2, 1 + len(ALPHABET), STEPS).transpose(2, 3)


class Probabilities(nn.Module):
    def __init__(self, reader):
        super().__init__()
        self.reader = reader

    def forward(self, picture):
        return self.reader(picture).softmax(3)


def loss_of(logits, batch, mark_weight):
    """CTC over both lines, and cross-entropy at the columns where glyphs are known to stand."""
    log = logits.log_softmax(3)
    total = 0
    for line in range(2):
        texts = [lines[line] for _, lines, _ in batch]
        flat = torch.tensor([c for text in texts for c in text], dtype=torch.long)
        lengths = torch.tensor([len(text) for text in texts])
        total = total + F.ctc_loss(log[:, line].transpose(0, 1), flat, torch.full((len(batch),), STEPS), lengths, reduction="sum", zero_infinity=True)
    marks = [(i, line, step, label) for i, (_, _, m) in enumerate(batch) for line, step, label in m]
    i, line, step, label = (torch.tensor(column) for column in zip(*marks))
    return total / len(marks) + mark_weight * F.nll_loss(log[i, line, step], label)


def decode(logits):
    """Best path: [(first line, second line)]."""
    best = logits.argmax(3).numpy()
    texts = []
    for picture in best:
        pair = []
        for line in picture:
            kept = [c for k, c in enumerate(line) if c != 0 and (k == 0 or c != line[k - 1])]
            pair.append("".join(ALPHABET[c - 1] for c in kept))
        texts.append(tuple(pair))
    return texts


def tensor(batch):
    return torch.from_numpy(np.stack([grey for grey, _, _ in batch])[:, None].astype(np.float32)).to(memory_format=torch.channels_last)


@torch.no_grad()
def exact(network, examples):
    """Share of pictures whose two lines are read without a fault."""
    right = 0
    for start in range(0, len(examples), 128):
        part = examples[start : start + 128]
        for read, (_, lines, _) in zip(decode(network(tensor(part))), part):
            right += read == tuple("".join(ALPHABET[c - 1] for c in line) for line in lines)
    return right / len(examples)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fonts", type=pathlib.Path, default=pathlib.Path("/usr/share/fonts"))
    options.add_argument("--backgrounds", type=pathlib.Path, nargs="+", required=True)
    options.add_argument("--minutes", type=float, default=30, help="processor time")
    options.add_argument("--seed", type=int, default=11)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options = options.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    pictures = backgrounds.load(options.backgrounds)
    drawn, fonts = hands(random, options.fonts)
    # Validation has makers of its own, so that it also asks for proportions never seen.
    held = np.random.default_rng(options.seed + 1)
    held_drawn, held_fonts = hands(held, options.fonts, 40)
    validation = [crop(held, held_drawn, held_fonts, pictures) for _ in range(512)]

    network = Reader().to(memory_format=torch.channels_last)
    average = Average(network, 0.998)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.02)
    replay = Replay(12000, random)
    course = Course(options.minutes, 3e-3)
    best, steps, next_report = 0.0, 0, 0.2
    print(sum(p.numel() for p in network.parameters()), "parameters;", len(fonts), "font hands", flush=True)
    while course.progress() < 1:
        fresh = [crop(random, drawn, fonts, pictures) for _ in range(24)]
        for example in fresh:
            replay.add(example)
        batch = fresh + replay.take(40)
        for group in optimiser.param_groups:
            group["lr"] = course.learning_rate(steps)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network.train()(tensor(batch))
        loss = loss_of(logits.float(), batch, 0.6 if course.progress() < 0.35 else 0.15)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update(network)
        steps += 1
        if course.progress() >= next_report:
            next_report += 0.2
            share = exact(average.network, validation)
            print(f"{course.progress():.2f} step {steps} rendered {replay.added} loss {loss.item():.3f} validation exact {share:.4f}", flush=True)
            if share >= best:
                best = share
                export(Probabilities(average.network), torch.zeros(1, 1, HEIGHT, WIDTH), options.out, ["text"])
    print(f"best validation exact {best:.4f} -> {options.out}")


if __name__ == "__main__":
    sys.exit(main())
