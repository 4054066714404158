// Sparse matching: the best pairing among candidate pairs, solved island by island.
import { assign, type AssignScratch, createAssignScratch } from "./assign.ts";

/**
 * Collects candidate pairs (row, column, similarity) and finds the pairing of greatest total similarity.
 * Pairs that share no row or column with others are settled at once; each island of entangled ones is solved
 * exactly as a small dense problem. The memory is kept between frames.
 */
export interface Matcher {
  clear(rows: number, columns: number): void;
  /** `similarity` above 0; a pair that is not added can never match. */
  add(row: number, column: number, similarity: number): void;
  /** Calls back once per matched pair, in ascending order of rows within each island. */
  solve(matched: (row: number, column: number) => void): void;
}

export function createMatcher(): Matcher {
  let pairs = 0;
  let nodes = 0;
  let rowCount = 0;
  let pairRow = new Int32Array(256);
  let pairColumn = new Int32Array(256);
  let pairValue = new Float64Array(256);
  let parent = new Int32Array(256);
  let order = new Int32Array(256);
  let local = new Int32Array(256);
  let cost = new Float64Array(256);
  let result = new Int32Array(64);
  const scratch: AssignScratch = createAssignScratch();

  const find = (node: number): number => {
    let root = node;
    while (parent[root] !== root) root = parent[root] as number;
    while (parent[node] !== root) {
      const next = parent[node] as number;
      parent[node] = root;
      node = next;
    }
    return root;
  };

  /** Solves the island of pairs `order[from … to)`; a missing pair costs as much as no match. */
  const solveIsland = (from: number, to: number, matched: (row: number, column: number) => void): void => {
    if (to - from === 1) {
      const pair = order[from] as number;
      matched(pairRow[pair] as number, pairColumn[pair] as number);
      return;
    }
    const rowsHere: number[] = [];
    const columnsHere: number[] = [];
    for (let i = from; i < to; i++) {
      const pair = order[i] as number;
      for (const [node, list] of [
        [pairRow[pair] as number, rowsHere],
        [rowCount + (pairColumn[pair] as number), columnsHere],
      ] as const) {
        if (local[node] === -1) {
          local[node] = list.length;
          list.push(node);
        }
      }
    }
    const flipped = rowsHere.length > columnsHere.length;
    const rows = flipped ? columnsHere.length : rowsHere.length;
    const columns = flipped ? rowsHere.length : columnsHere.length;
    if (cost.length < rows * columns) cost = new Float64Array(rows * columns * 2);
    if (result.length < rows) result = new Int32Array(rows * 2);
    cost.fill(0, 0, rows * columns);
    for (let i = from; i < to; i++) {
      const pair = order[i] as number;
      const row = local[pairRow[pair] as number] as number;
      const column = local[rowCount + (pairColumn[pair] as number)] as number;
      const at = flipped ? column * columns + row : row * columns + column;
      cost[at] = Math.min(cost[at] as number, -(pairValue[pair] as number));
    }
    assign(cost, rows, columns, result, scratch);
    for (let row = 0; row < rows; row++) {
      const column = result[row] as number;
      if ((cost[row * columns + column] as number) >= 0) continue;
      const rowNode = rowsHere[flipped ? column : row] as number;
      const columnNode = columnsHere[flipped ? row : column] as number;
      matched(rowNode, columnNode - rowCount);
    }
  };

  return {
    clear(rows, columns) {
      pairs = 0;
      rowCount = rows;
      nodes = rows + columns;
      if (parent.length < nodes) {
        parent = new Int32Array(nodes * 2);
        local = new Int32Array(nodes * 2);
      }
      for (let i = 0; i < nodes; i++) parent[i] = i;
      local.fill(-1, 0, nodes);
    },
    add(row, column, similarity) {
      if (pairs === pairRow.length) {
        pairRow = grown(pairRow, new Int32Array(pairs * 2));
        pairColumn = grown(pairColumn, new Int32Array(pairs * 2));
        pairValue = grown(pairValue, new Float64Array(pairs * 2));
      }
      pairRow[pairs] = row;
      pairColumn[pairs] = column;
      pairValue[pairs] = similarity;
      pairs++;
      parent[find(row)] = find(rowCount + column);
    },
    solve(matched) {
      if (order.length < pairs) order = new Int32Array(pairRow.length);
      for (let i = 0; i < pairs; i++) order[i] = i;
      order
        .subarray(0, pairs)
        .sort((a, b) => find(pairRow[a] as number) - find(pairRow[b] as number) || a - b);
      let from = 0;
      for (let i = 1; i <= pairs; i++) {
        const ends =
          i === pairs ||
          find(pairRow[order[i] as number] as number) !== find(pairRow[order[from] as number] as number);
        if (!ends) continue;
        solveIsland(from, i, matched);
        from = i;
      }
    },
  };
}

function grown<T extends Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
