// People per cell of a grid that lies over a picture.

/** Cells are row-major; the first one's corner lies at (`left`, `top`), in pixels of the picture as are their sides. */
export interface PeopleMap {
  /** A cell's people need be neither whole nor positive. */
  readonly cells: Float32Array;
  readonly columns: number;
  readonly rows: number;
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}
