// Where a source picture lies inside a network's input, and the way back for boxes and points.

/** Input of a network: size in pixels, how a picture is fitted into it, and the grey level (0–255) around it. */
export interface InputSpec {
  readonly width: number;
  readonly height: number;
  readonly fit: "stretch" | "letterbox-top-left" | "letterbox-centre";
  readonly pad: number;
}

/**
 * The scaled picture: `width × height` pixels whose upper left corner lies at (`offsetX`, `offsetY`) of the input.
 * A point of the source lies at `x · scaleX + offsetX` of the input.
 */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/**
 * All sizes are whole pixels, rounded as ffmpeg's
 * `scale=W:H:force_original_aspect_ratio=decrease,format=rgb24,pad=W:H:x:y` does: the side that decides keeps the
 * input's size, the other is `round(side × input ÷ source)`, halves up; a centred picture starts at
 * `floor((input − picture) ÷ 2)`. (The pad must follow `format=rgb24`: before it, ffmpeg moves odd offsets to even ones.)
 * Best give ffmpeg these very numbers: `scale=width:height,format=rgb24,pad=W:H:offsetX:offsetY`.
 * The two scales differ a little because of the rounding, so boxes come back exactly.
 */
export function place(
  source: { readonly width: number; readonly height: number },
  input: InputSpec,
): Placement {
  if (source.width <= 0 || source.height <= 0)
    throw new RangeError(`a picture of ${source.width}×${source.height}`);
  let { width, height } = input;
  if (input.fit !== "stretch") {
    width = Math.min(width, Math.max(1, Math.round((input.height * source.width) / source.height)));
    height = Math.min(height, Math.max(1, Math.round((input.width * source.height) / source.width)));
  }
  const centred = input.fit === "letterbox-centre";
  return {
    scaleX: width / source.width,
    scaleY: height / source.height,
    offsetX: centred ? Math.floor((input.width - width) / 2) : 0,
    offsetY: centred ? Math.floor((input.height - height) / 2) : 0,
    width,
    height,
  };
}

/** A box of the input in pixels of the source; may lie outside the picture, as detectors' boxes do. */
export function toSource(box: PlacedBox, placement: Placement): PlacedBox {
  const { scaleX, scaleY, offsetX, offsetY } = placement;
  return {
    x1: (box.x1 - offsetX) / scaleX,
    y1: (box.y1 - offsetY) / scaleY,
    x2: (box.x2 - offsetX) / scaleX,
    y2: (box.y2 - offsetY) / scaleY,
  };
}

export function pointToSource(x: number, y: number, placement: Placement): [x: number, y: number] {
  return [(x - placement.offsetX) / placement.scaleX, (y - placement.offsetY) / placement.scaleY];
}
