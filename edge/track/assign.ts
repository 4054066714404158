// The rectangular assignment problem: which row belongs to which column at the least total cost.

/** Working memory of {@link assign}, kept between calls so that a frame allocates nothing. */
export interface AssignScratch {
  u: Float64Array;
  v: Float64Array;
  shortest: Float64Array;
  path: Int32Array;
  rowOfColumn: Int32Array;
  seenRow: Uint8Array;
  seenColumn: Uint8Array;
}

export function createAssignScratch(): AssignScratch {
  return {
    u: new Float64Array(0),
    v: new Float64Array(0),
    shortest: new Float64Array(0),
    path: new Int32Array(0),
    rowOfColumn: new Int32Array(0),
    seenRow: new Uint8Array(0),
    seenColumn: new Uint8Array(0),
  };
}

/**
 * Assigns every row to a column of its own at the least total cost, by shortest augmenting paths
 * (Crouse 2016, "On implementing 2D rectangular assignment algorithms", after Jonker and Volgenant 1987).
 *
 * @param cost row-major, `rows × columns`, finite; `rows ≤ columns`
 * @param columnOfRow receives the column of each row, at least `rows` long
 */
export function assign(
  cost: Float64Array,
  rows: number,
  columns: number,
  columnOfRow: Int32Array,
  scratch: AssignScratch = createAssignScratch(),
): void {
  if (rows > columns) throw new RangeError(`more rows (${rows}) than columns (${columns})`);
  reserve(scratch, rows, columns);
  const { u, v, shortest, path, rowOfColumn, seenRow, seenColumn } = scratch;
  u.fill(0, 0, rows);
  v.fill(0, 0, columns);
  rowOfColumn.fill(-1, 0, columns);
  columnOfRow.fill(-1, 0, rows);
  for (let start = 0; start < rows; start++) {
    shortest.fill(Infinity, 0, columns);
    seenRow.fill(0, 0, rows);
    seenColumn.fill(0, 0, columns);
    let row = start;
    let reached = 0;
    let sink = -1;
    while (sink === -1) {
      seenRow[row] = 1;
      let nearest = -1;
      let least = Infinity;
      for (let column = 0; column < columns; column++) {
        if (seenColumn[column] === 1) continue;
        const reduced =
          reached + (cost[row * columns + column] as number) - (u[row] as number) - (v[column] as number);
        if (reduced < (shortest[column] as number)) {
          shortest[column] = reduced;
          path[column] = row;
        }
        const distance = shortest[column] as number;
        // Among equals a free column ends the search at once.
        if (distance < least || (distance === least && rowOfColumn[column] === -1)) {
          least = distance;
          nearest = column;
        }
      }
      if (nearest === -1) throw new RangeError("cost is not finite");
      reached = least;
      seenColumn[nearest] = 1;
      const owner = rowOfColumn[nearest] as number;
      if (owner === -1) sink = nearest;
      else row = owner;
    }
    u[start] = (u[start] as number) + reached;
    for (let other = 0; other < rows; other++) {
      if (seenRow[other] === 1 && other !== start) {
        u[other] = (u[other] as number) + reached - (shortest[columnOfRow[other] as number] as number);
      }
    }
    for (let column = 0; column < columns; column++) {
      if (seenColumn[column] === 1)
        v[column] = (v[column] as number) - (reached - (shortest[column] as number));
    }
    let column = sink;
    for (;;) {
      const owner = path[column] as number;
      rowOfColumn[column] = owner;
      const next = columnOfRow[owner] as number;
      columnOfRow[owner] = column;
      if (owner === start) break;
      column = next;
    }
  }
}

function reserve(scratch: AssignScratch, rows: number, columns: number): void {
  if (scratch.u.length < rows) {
    scratch.u = new Float64Array(rows * 2);
    scratch.seenRow = new Uint8Array(rows * 2);
  }
  if (scratch.v.length < columns) {
    scratch.v = new Float64Array(columns * 2);
    scratch.shortest = new Float64Array(columns * 2);
    scratch.path = new Int32Array(columns * 2);
    scratch.rowOfColumn = new Int32Array(columns * 2);
    scratch.seenColumn = new Uint8Array(columns * 2);
  }
}
