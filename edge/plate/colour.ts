// The colour of a plate's ground, from its pixels: private, transport business, state and military plates differ in it.
import sharp from "sharp";
import type { UprightPlate } from "./upright.ts";

export const PLATE_COLOURS = ["white", "yellow", "blue", "red"] as const;
export type PlateColour = (typeof PLATE_COLOURS)[number];

/** Its rim, bolts and what lies behind it are left out: shares of its width and height. */
const INSIDE = { x: 0.06, y: 0.08 } as const;
/** Less of the strongest channel than this, and night or shadow leaves no colour. */
const LEAST_LIGHT = 45;
/** (strongest − weakest) ÷ strongest: below the first a ground is grey, above the second its colour is sure. */
const GREY = 0.2;
const COLOURED = 0.42;

/** Undefined where the light leaves it open. */
export async function plateColour({ picture, box }: UprightPlate): Promise<PlateColour | undefined> {
  const [dx, dy] = [(box.x2 - box.x1) * INSIDE.x, (box.y2 - box.y1) * INSIDE.y];
  const left = Math.max(0, Math.round(box.x1 + dx));
  const top = Math.max(0, Math.round(box.y1 + dy));
  const width = Math.min(picture.width, Math.round(box.x2 - dx)) - left;
  const height = Math.min(picture.height, Math.round(box.y2 - dy)) - top;
  if (width < 4 || height < 4) return undefined;
  const raw = { width: picture.width, height: picture.height, channels: 3 } as const;
  // The ground covers more of a plate than its letters: libvips counts colours in a cube of 16³.
  const { dominant, channels } = await sharp(picture.rgb, { raw })
    .extract({ left, top, width, height })
    .stats();
  const mean = channels.slice(0, 3).reduce((sum, channel) => sum + channel.mean, 0) / 3;
  return colourOf([dominant.r, dominant.g, dominant.b], mean);
}

/** @param mean of all channels over the whole plate: a grey ground is white where its letters are darker. */
export function colourOf(
  [red, green, blue]: readonly [number, number, number],
  mean: number,
): PlateColour | undefined {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most < LEAST_LIGHT) return undefined;
  const saturation = (most - least) / most;
  if (saturation < GREY) return (red + green + blue) / 3 >= mean ? "white" : undefined;
  if (saturation < COLOURED) return undefined;
  const hue = hueOf(red, green, blue);
  if (hue >= 30 && hue < 70) return "yellow";
  if (hue >= 195 && hue < 255) return "blue";
  return hue < 15 || hue >= 340 ? "red" : undefined;
}

/** Degrees, red at 0, green at 120. */
function hueOf(red: number, green: number, blue: number): number {
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (most === red) return (60 * (green - blue)) / spread + (green < blue ? 360 : 0);
  return most === green ? 120 + (60 * (blue - red)) / spread : 240 + (60 * (red - green)) / spread;
}
