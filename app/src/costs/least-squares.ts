/** Ordinary least squares: the weights under which rows come closest to their values, and how sure that is. */

type Vector = readonly number[];

export interface Fit {
  readonly weights: Vector;
  /** Rows beyond the weights: with none left, nothing can be said of the error. */
  readonly degreesOfFreedom: number;
  /** Standard deviation of what the weights do not explain. */
  readonly residual: number;
  /** What the weights say of a row. */
  predict(row: Vector): number;
  /** Standard deviation of that, as the weights themselves are estimates; without the rows' own noise. */
  uncertainty(row: Vector): number;
}

const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

/** @throws RangeError when the rows do not determine the weights */
export const leastSquares = (rows: readonly Vector[], values: Vector): Fit => {
  const columns = (rows[0] ?? []).map((_first, column) => rows.map((row) => row[column] ?? 0));
  const inverse = inverseOf(columns.map((a) => columns.map((b) => dot(a, b))));
  const products = columns.map((column) => dot(column, values));
  const weights = inverse.map((row) => dot(row, products));
  const predict = (row: Vector): number => dot(row, weights);
  const squares = rows.reduce((sum, row, index) => sum + ((values[index] ?? 0) - predict(row)) ** 2, 0);
  const degreesOfFreedom = rows.length - columns.length;
  const residual = degreesOfFreedom > 0 ? Math.sqrt(squares / degreesOfFreedom) : Number.NaN;
  return {
    weights,
    degreesOfFreedom,
    residual,
    predict,
    uncertainty: (row) => {
      const spread = dot(
        row,
        inverse.map((line) => dot(line, row)),
      );
      return residual * Math.sqrt(Math.max(0, spread));
    },
  };
};

/** Below this a pivot is nothing but rounding. */
const SINGULAR = 1e-9;

/** By Gauss and Jordan, with the largest pivot of each column. */
const inverseOf = (matrix: readonly Vector[]): readonly Vector[] => {
  const size = matrix.length;
  let rows: Vector[] = matrix.map((row, index) => [...row, ...row.map((_value, at) => (at === index ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    const candidates = rows.slice(column);
    const largest = Math.max(...candidates.map((row) => Math.abs(row[column] ?? 0)));
    const pivot = candidates.find((row) => Math.abs(row[column] ?? 0) === largest);
    if (pivot === undefined || largest < SINGULAR) {
      throw new RangeError(`column ${column} follows from the others (pivot ${largest}); leave it out or add rows`);
    }
    const scale = pivot[column] ?? 1;
    const unit = pivot.map((value) => value / scale);
    const others = [...rows.slice(0, column), ...candidates.filter((row) => row !== pivot)];
    const cleared = others.map((row) => row.map((value, at) => value - (row[column] ?? 0) * (unit[at] ?? 0)));
    rows = [...cleared.slice(0, column), unit, ...cleared.slice(column)];
  }
  return rows.map((row) => row.slice(size));
};
