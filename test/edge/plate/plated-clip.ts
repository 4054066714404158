// A video of real vehicles with known plates, that cross the picture one beside the other: for whole ways from pixels on.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import sharp from "sharp";

/** A photograph of a vehicle and where its plate is, and the picture of the plate that is put there. */
export interface PlatedVehicle {
  readonly photograph: string;
  readonly at: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly plate: string;
}

export const CLIP = { width: 1280, height: 720, seconds: 6, fps: 10 } as const;
const WIDTH = 560;

/** The vehicles come down the picture side by side, 100 pixels a second; H.264. */
export async function platedClip(
  folder: string,
  name: string,
  vehicles: readonly PlatedVehicle[],
): Promise<string> {
  const file = join(folder, `${name}.mp4`);
  const inputs: string[] = [];
  let filter = "";
  let last = "0:v";
  for (const [index, vehicle] of vehicles.entries()) {
    const picture = join(folder, `${name}-${index}.png`);
    await sharp(await replated(vehicle))
      .resize(WIDTH)
      .png()
      .toFile(picture);
    inputs.push("-loop", "1", "-i", picture);
    filter += `[${last}][${index + 1}:v]overlay=x=${40 + index * (WIDTH + 60)}:y='-240+100*t'[v${index}];`;
    last = `v${index}`;
  }
  const road = `color=c=0x6b6b66:s=${CLIP.width}x${CLIP.height}:r=${CLIP.fps}`;
  const args = ["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", road, ...inputs];
  const codec = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"];
  const map = ["-filter_complex", filter.slice(0, -1), "-map", `[${last}]`];
  execFileSync("ffmpeg", [...args, ...map, "-t", String(CLIP.seconds), ...codec, file], { timeout: 60_000 });
  return file;
}

async function replated({ photograph, at, plate }: PlatedVehicle): Promise<Buffer> {
  const painted = await sharp(plate).resize(at.w, at.h, { fit: "fill" }).toBuffer();
  return await sharp(photograph)
    .composite([{ input: painted, left: at.x, top: at.y }])
    .png()
    .toBuffer();
}
