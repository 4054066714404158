// Sparse matching: the best pairing among candidate pairs, solved island by island.
import { assign, type AssignScratch, createAssignScratch } from "./assign.ts";

/**
 * Collects candidate pairs (row, column, similarity) and finds the pairing of greatest total similarity.
 * Pairs that share no row or column with others are settled at once; each island of entangled ones is solved
 * exactly as a small dense problem. The memory is kept between frames.
 */
export interface Matcher {
  clear(rows: number, columns: number): void;
  /** `similarity` above 0, whole: others cost memory to hand over. A pair that is not added can never match. */
  add(row: number, column: number, similarity: number): void;
  /** Calls back once per matched pair, in ascending order of rows within each island. */
  solve(matched: (row: number, column: number) => void): void;
}

const NONE = -1;

export function createMatcher(): Matcher {
  let pairs = 0;
  let nodes = 0;
  let rowCount = 0;
  let pairRow = new Int32Array(256);
  let pairColumn = new Int32Array(256);
  let pairValue = new Float64Array(256);
  /** The next pair of the same island. */
  let pairNext = new Int32Array(256);
  let parent = new Int32Array(256);
  /** First and last pair of the island whose root is this node. */
  let first = new Int32Array(256);
  let last = new Int32Array(256);
  let local = new Int32Array(256);
  let cost = new Float64Array(256);
  let result = new Int32Array(64);
  /** Nodes of the island under way, by their number within it. */
  let rowsHere = new Int32Array(256);
  let columnsHere = new Int32Array(256);
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

  const unite = (one: number, other: number): void => {
    parent[find(one)] = find(other);
  };

  const grow = (): void => {
    pairRow = grown(pairRow, new Int32Array(pairs * 2));
    pairColumn = grown(pairColumn, new Int32Array(pairs * 2));
    pairValue = grown(pairValue, new Float64Array(pairs * 2));
    pairNext = new Int32Array(pairs * 2);
  };

  /** Solves the island that begins with this pair; a missing pair costs as much as no match. */
  const solveIsland = (head: number, matched: (row: number, column: number) => void): void => {
    if (pairNext[head] === NONE) {
      matched(pairRow[head] as number, pairColumn[head] as number);
      return;
    }
    let rowsIn = 0;
    let columnsIn = 0;
    for (let pair = head; pair !== NONE; pair = pairNext[pair] as number) {
      const row = pairRow[pair] as number;
      const column = rowCount + (pairColumn[pair] as number);
      if (local[row] === NONE) {
        local[row] = rowsIn;
        rowsHere[rowsIn++] = row;
      }
      if (local[column] === NONE) {
        local[column] = columnsIn;
        columnsHere[columnsIn++] = column;
      }
    }
    const flipped = rowsIn > columnsIn;
    const rows = flipped ? columnsIn : rowsIn;
    const columns = flipped ? rowsIn : columnsIn;
    if (cost.length < rows * columns) cost = new Float64Array(rows * columns * 2);
    if (result.length < rows) result = new Int32Array(rows * 2);
    cost.fill(0, 0, rows * columns);
    for (let pair = head; pair !== NONE; pair = pairNext[pair] as number) {
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
        first = new Int32Array(nodes * 2);
        last = new Int32Array(nodes * 2);
        rowsHere = new Int32Array(nodes * 2);
        columnsHere = new Int32Array(nodes * 2);
      }
      for (let i = 0; i < nodes; i++) parent[i] = i;
      local.fill(NONE, 0, nodes);
      first.fill(NONE, 0, nodes);
    },
    add(row, column, similarity) {
      if (pairs === pairRow.length) grow();
      pairRow[pairs] = row;
      pairColumn[pairs] = column;
      pairValue[pairs] = similarity;
      pairs++;
      unite(row, rowCount + column);
    },
    solve(matched) {
      for (let pair = 0; pair < pairs; pair++) {
        const root = find(pairRow[pair] as number);
        if (first[root] === NONE) first[root] = pair;
        else pairNext[last[root] as number] = pair;
        last[root] = pair;
        pairNext[pair] = NONE;
      }
      for (let node = 0; node < nodes; node++) {
        const head = first[node] as number;
        if (head !== NONE) solveIsland(head, matched);
      }
    },
  };
}

function grown<T extends Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
