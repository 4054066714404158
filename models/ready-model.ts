// A model that lies on the disk, verified: all a worker thread needs to open it. Survives structured cloning.
import type { ModelEntry, Task } from "./catalogue.ts";
import type { Provider } from "./provider.ts";

export interface ReadyModel {
  readonly name: string;
  readonly task: Task;
  /** The ONNX file. */
  readonly path: string;
  readonly sha256: string;
  readonly entry: ModelEntry;
  /** What it is computed on; absent: the CPU. */
  readonly provider?: Provider;
}
