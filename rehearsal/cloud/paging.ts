/** Pages as the RPC products cut their lists. */

/** What most products give when the caller does not say. */
const USUAL_SIZE = 10;

export interface Page<Item> {
  readonly items: Item[];
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly totalCount: number;
}

export function page<Item>(
  all: readonly Item[],
  asked: { readonly pageNumber?: number | undefined; readonly pageSize?: number | undefined },
): Page<Item> {
  const { pageNumber = 1, pageSize = USUAL_SIZE } = asked;
  const start = (pageNumber - 1) * pageSize;
  return { items: all.slice(start, start + pageSize), pageNumber, pageSize, totalCount: all.length };
}
