// What a setup step shows while it works: a bar on a terminal, a plain line at the start and the end elsewhere; always on standard error.
import { SingleBar } from "cli-progress";

/** One step of a setup. Amounts are in one unit of the step's own, bytes as a rule. */
export interface Step {
  update(done: number, total: number): void;
  /** Ends the step; `note` says what came out of it. */
  done(note?: string): void;
  failed(): void;
}

export interface Progress {
  step(label: string): Step;
}

const silent: Step = { update: () => undefined, done: () => undefined, failed: () => undefined };

/** For callers that show nothing. */
export const noProgress: Progress = { step: () => silent };

/** Progress for a person who watches `stream`. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return { step: (label) => (stream.isTTY ? barStep(label, stream) : lineStep(label, stream)) };
}

function lineStep(label: string, stream: NodeJS.WriteStream): Step {
  stream.write(`ngatu: ${label} …\n`);
  return {
    update: () => undefined,
    done: (note) => stream.write(`ngatu: ${label}: ${note ?? "done"}\n`),
    failed: () => stream.write(`ngatu: ${label}: failed\n`),
  };
}

function barStep(label: string, stream: NodeJS.WriteStream): Step {
  const bar = new SingleBar({
    stream,
    format: `${label} {bar} {percentage}% {note}`,
    barsize: 24,
    hideCursor: true,
    gracefulExit: false,
  });
  bar.start(100, 0, { note: "" });
  const end = (note: string): void => {
    bar.update({ note });
    bar.stop();
  };
  return {
    update: (done, total) => bar.update(total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 0),
    done: (note) => {
      bar.update(100);
      end(note ?? "");
    },
    failed: () => end("failed"),
  };
}
