// The best one-to-one assignment of a rectangular score matrix, by shortest augmenting paths in typed arrays.

/**
 * Maximises the sum of `scores` (row-major, `rows` × `columns`, finite) over one-to-one assignments of
 * min(rows, columns) pairs. Returns the column of each row, or -1 where the row stays alone.
 * Jonker and Volgenant's augmentation (Crouse 2016, "On implementing 2D rectangular assignment algorithms"),
 * O(n² m) for n ≤ m.
 */
export function assign(scores: Float64Array, rows: number, columns: number): Int32Array {
  if (rows > columns) return transposeBack(assign(transpose(scores, rows, columns), columns, rows), rows);
  const columnOfRow = new Int32Array(rows).fill(-1);
  const rowOfColumn = new Int32Array(columns).fill(-1);
  const rowPotential = new Float64Array(rows);
  const columnPotential = new Float64Array(columns);
  const distance = new Float64Array(columns);
  const previous = new Int32Array(columns);
  const done = new Uint8Array(columns);
  const scannedRows: number[] = [];

  for (let start = 0; start < rows; start++) {
    distance.fill(Infinity);
    previous.fill(-1);
    done.fill(0);
    scannedRows.length = 0;
    let row = start;
    let shortest = 0;
    let sink = -1;
    while (sink === -1) {
      scannedRows.push(row);
      let best = -1;
      let bestDistance = Infinity;
      for (let column = 0; column < columns; column++) {
        if (done[column] === 1) continue;
        const cost = -(scores[row * columns + column] as number);
        const path = shortest + cost - (rowPotential[row] as number) - (columnPotential[column] as number);
        if (path < (distance[column] as number)) {
          distance[column] = path;
          previous[column] = row;
        }
        const known = distance[column] as number;
        if (known < bestDistance || (known === bestDistance && rowOfColumn[column] === -1)) {
          bestDistance = known;
          best = column;
        }
      }
      shortest = bestDistance;
      done[best] = 1;
      if (rowOfColumn[best] === -1) sink = best;
      else row = rowOfColumn[best] as number;
    }
    rowPotential[start] = (rowPotential[start] as number) + shortest;
    for (const scanned of scannedRows) {
      if (scanned === start) continue;
      const column = columnOfRow[scanned] as number;
      rowPotential[scanned] = (rowPotential[scanned] as number) + shortest - (distance[column] as number);
    }
    for (let column = 0; column < columns; column++) {
      if (done[column] === 1) {
        columnPotential[column] =
          (columnPotential[column] as number) - shortest + (distance[column] as number);
      }
    }
    for (let column = sink; ; ) {
      const owner = previous[column] as number;
      rowOfColumn[column] = owner;
      const next = columnOfRow[owner] as number;
      columnOfRow[owner] = column;
      if (owner === start) break;
      column = next;
    }
  }
  return columnOfRow;
}

function transpose(scores: Float64Array, rows: number, columns: number): Float64Array {
  const flipped = new Float64Array(scores.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      flipped[column * rows + row] = scores[row * columns + column] as number;
    }
  }
  return flipped;
}

function transposeBack(rowOfColumn: Int32Array, rows: number): Int32Array {
  const columnOfRow = new Int32Array(rows).fill(-1);
  rowOfColumn.forEach((row, column) => {
    if (row !== -1) columnOfRow[row] = column;
  });
  return columnOfRow;
}
