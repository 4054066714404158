// Sixty-eight points of a found face, brought down to the five that alignment takes.
import { Tensor } from "onnxruntime-node";
import type { FacePoint, FacePoints } from "./decode/face.ts";
import { ModelError } from "./model-error.ts";
import { encodeModel } from "./onnx/codec.ts";
import { GREY_INPUTS, greyChip } from "./onnx/grey-chip.ts";
import type { ReadyModel } from "./ready-model.ts";
import { openNetwork, openSession } from "./session.ts";
import type { YuvRegion } from "./yuv.ts";

/** A face's box turned with the head, in pixels of the region. */
export interface TiltedBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Radians, positive clockwise in the picture; `x` and `y` are the middle that it turns round. */
  readonly roll: number;
}

export interface FaceLandmarks {
  /** Eyes, nose and mouth corners in pixels of the region. Rejects with {@link ModelError}. One call at a time. */
  read(region: YuvRegion, box: TiltedBox): Promise<FacePoints>;
  close(): Promise<void>;
}

/** Indices in the 68 points of iBUG 300-W (Sagonas et al. 2013) whose mean is each of the five: lids, nose tip, lip corners. */
const FIVE_OF_68 = [[37, 38, 40, 41], [43, 44, 46, 47], [30], [48, 60], [54, 64]] as const;

/** Rejects with {@link ModelError}, naming the model, when it can't be opened. */
export async function openFaceLandmarks(model: ReadyModel): Promise<FaceLandmarks> {
  const { entry, name } = model;
  if (entry.decoder !== "landmarks") throw new ModelError(name, `gives no landmarks (${entry.task})`);
  const size = entry.input.width;
  const network = await openNetwork(model);
  const cutter = await openSession(name, encodeModel(greyChip(size, entry.input.std?.[0] ?? 1)));
  const networkInput = network.inputs[0] ?? "";

  return { read, close };

  async function read(region: YuvRegion, box: TiltedBox): Promise<FacePoints> {
    const [cos, sin] = [Math.cos(box.roll), Math.sin(box.roll)];
    /** From 0…1 across the box to the region. */
    const toRegion = (u: number, v: number): FacePoint => {
      const [dx, dy] = [(u - 0.5) * box.width, (v - 0.5) * box.height];
      return [box.x + cos * dx - sin * dy, box.y + sin * dx + cos * dy];
    };
    const { width, height, y } = region;
    const [origin, right, down] = [
      toRegion(0.5 / size, 0.5 / size),
      toRegion(1.5 / size, 0.5 / size),
      toRegion(0.5 / size, 1.5 / size),
    ];
    const map = Float32Array.of(
      ...[(2 * (right[0] - origin[0])) / width, (2 * (right[1] - origin[1])) / height],
      ...[(2 * (down[0] - origin[0])) / width, (2 * (down[1] - origin[1])) / height],
      // Points count from a pixel's centre here, GridSample from the region's edge.
      ...[(2 * origin[0] + 1) / width - 1, (2 * origin[1] + 1) / height - 1],
    );
    const [chip] = await cutter.run({
      [GREY_INPUTS.luma]: new Tensor("uint8", y, [1, 1, height, width]),
      [GREY_INPUTS.map]: new Tensor("float32", map, [3, 2]),
    });
    if (chip === undefined) throw new ModelError(name, "no face chip came out");
    const [output] = await network.run({ [networkInput]: new Tensor("float32", chip.data, chip.dims) });
    const values = output?.data;
    if (values?.length !== 136)
      throw new ModelError(name, `${values?.length ?? 0} numbers; 68 points have 136`);
    const five = FIVE_OF_68.map((indices): FacePoint => {
      let [u, v] = [0, 0];
      for (const index of indices) {
        u += (values[index * 2] as number) / indices.length;
        v += (values[index * 2 + 1] as number) / indices.length;
      }
      return toRegion(u, v);
    });
    return five as unknown as FacePoints;
  }

  async function close(): Promise<void> {
    await cutter.close();
    await network.close();
  }
}
