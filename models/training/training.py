"""What both trainings share: the moving average of the weights, the learning rate's course, replayed pictures, the clock."""
import copy
import math
import time

import torch


class Average:
    """An exponential moving average of a network's weights and statistics: what is measured and exported."""

    def __init__(self, network, decay):
        self.network = copy.deepcopy(network).eval()
        self.decay, self.steps = decay, 0

    @torch.no_grad()
    def update(self, network):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for kept, new in zip(self.network.state_dict().values(), network.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.lerp_(new, 1 - decay)
            else:
                kept.copy_(new)


class Course:
    """Progress from 0 to 1 in processor time (a busy machine takes longer, not worse), and the rate that belongs to it."""

    def __init__(self, minutes, rate):
        self.seconds, self.rate, self.start = minutes * 60, rate, time.process_time()

    def progress(self):
        return min(1.0, (time.process_time() - self.start) / self.seconds)

    def learning_rate(self, steps):
        return self.rate * min(1.0, steps / 150) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * self.progress())))


class Replay:
    """Rendered examples that are met again later: a bounded memory, the oldest written over."""

    def __init__(self, size, random):
        self.items, self.size, self.random, self.added = [], size, random, 0

    def add(self, item):
        if len(self.items) < self.size:
            self.items.append(item)
        else:
            self.items[self.added % self.size] = item
        self.added += 1

    def take(self, count):
        return [self.items[i] for i in self.random.integers(0, len(self.items), count)]


def export(network, example, path, outputs):
    """Writes the network as ONNX (opset 13) with weights as they are, batch 1."""
    torch.onnx.export(
        network.eval(), example, str(path), input_names=["picture"], output_names=outputs, opset_version=13, do_constant_folding=True
    )
