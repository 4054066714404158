// What stands in a generated scene at one moment: upright cuboids on flat ground, in metres.
import type { ClassName } from "../../contract/common.ts";

/** A place on the ground in metres: x to the east, y to the north. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A road user, or a person on a two-wheeler. */
export interface Body extends Place {
  readonly id: number;
  readonly class: ClassName;
  /** Direction it faces, radians from east, counter-clockwise. */
  readonly heading: number;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  /** Height of its lower face above the ground: 0, or a seat's. */
  readonly base: number;
  /** Bodies of one group (a motorbike and its riders) do not hide each other. */
  readonly group: number;
  /** Text of the plate at its rear. */
  readonly plate: string | undefined;
}

/** Everything there is at one frame. */
export interface Moment {
  readonly tMs: number;
  readonly bodies: readonly Body[];
  readonly signals?: Readonly<Record<string, string>>;
}
