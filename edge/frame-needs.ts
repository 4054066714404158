// What a box camera's analysis needs of each frame: which small pictures, in which order, and whether the full one.
import type { CameraConfig } from "../config/camera.ts";
import type { InputSpec } from "../models/letterbox.ts";
import type { FrameRequest } from "./camera/frame.ts";
import type { PipelineLoop } from "./pipeline.ts";
import { productsOf } from "./products.ts";
import type { Scene } from "./scene/scene.ts";
import { lampsNeedFull } from "./signal/lamp-watch.ts";

/** The inputs of the networks of a box. `canvas` is the enlarged picture that tiles are cut from. */
export interface NetworkInputs {
  readonly detect: InputSpec;
  readonly canvas?: InputSpec;
  readonly faces?: InputSpec;
  /** Of the network of people's density that the camera counts by. */
  readonly people?: InputSpec;
}

export interface FrameNeeds {
  readonly request: Pick<FrameRequest, "small" | "full">;
  /** Where in `request.small` road users, people's density and faces are looked for; the canvas comes right after the former. */
  readonly smallIndex: PipelineLoop["smallIndex"];
  /** How the first small picture is made; absent: there is none. */
  readonly firstInput: InputSpec | undefined;
}

/** @param plates whether plates of vehicles are read. */
export function frameNeeds(
  config: CameraConfig,
  scene: Scene,
  inputs: NetworkInputs,
  plates: boolean,
): FrameNeeds {
  const products = productsOf(config);
  const hasRoadUsers = products.has("traffic") || products.has("crowd");
  const faces = products.has("face") ? inputs.faces : undefined;
  const roadUsers = hasRoadUsers
    ? [inputs.detect, ...(inputs.canvas === undefined ? [] : [inputs.canvas])]
    : [];
  const people = hasRoadUsers ? inputs.people : undefined;
  const small = [...roadUsers, ...[people, faces].filter((input) => input !== undefined)];
  return {
    request: {
      small: small.map(({ width, height, fit, pad }) => ({ width, height, fit, pad })),
      full: faces !== undefined || plates || lampsNeedFull(scene, small[0]),
    },
    smallIndex: {
      ...(hasRoadUsers ? { detect: 0 } : {}),
      ...(people === undefined ? {} : { people: roadUsers.length }),
      ...(faces === undefined ? {} : { faces: small.length - 1 }),
    },
    firstInput: small[0],
  };
}
