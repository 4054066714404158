// Linear least squares for a handful of unknowns.

/** Keeps nearly dependent columns from giving huge weights of opposite signs. */
const RIDGE = 1e-3;

/** Weights w that minimise Σ (rows[i] · w − values[i])², by the normal equations and Gaussian elimination. */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const [index, row] of rows.entries()) {
    for (let i = 0; i < size; i++) {
      const line = matrix[i] as Float64Array;
      for (let j = 0; j < size; j++) line[j] = (line[j] ?? 0) + (row[i] ?? 0) * (row[j] ?? 0);
      line[size] = (line[size] ?? 0) + (row[i] ?? 0) * (values[index] ?? 0);
    }
  }
  for (let i = 0; i < size; i++) {
    const line = matrix[i] as Float64Array;
    line[i] = (line[i] ?? 0) + RIDGE * rows.length;
  }
  return eliminate(matrix, size);
}

/** The matrix is symmetric and positive definite, so no pivot is near 0. */
function eliminate(matrix: readonly Float64Array[], size: number): number[] {
  for (let i = 0; i < size; i++) {
    const pivot = matrix[i] as Float64Array;
    for (let j = i + 1; j < size; j++) {
      const line = matrix[j] as Float64Array;
      const factor = (line[i] ?? 0) / (pivot[i] ?? 1);
      for (let k = i; k <= size; k++) line[k] = (line[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  const weights = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    const line = matrix[i] as Float64Array;
    let rest = line[size] ?? 0;
    for (let j = i + 1; j < size; j++) rest -= (line[j] ?? 0) * (weights[j] ?? 0);
    weights[i] = rest / (line[i] ?? 1);
  }
  return weights;
}
