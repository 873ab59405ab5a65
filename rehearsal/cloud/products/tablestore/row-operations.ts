/** What reads and writes rows: the operations by which Terraform's oss backend takes and gives back a lock. */
import { dataOperation } from './operation';
import { loadedTableOf } from './tables';

/** Of the smallest row, whatever its size: nothing here is billed. */
const consumed = (read: number, write: number): object => ({ capacityUnit: { read, write } });

export const rowOperations = [
  dataOperation('PutRow', ({ request, instance, cloud }) => {
    const { rows } = loadedTableOf(cloud, instance, request.tableName);
    rows.put(request.row, request.condition.rowExistence, cloud.now());
    return { consumed: consumed(0, 1) };
  }),
  dataOperation('GetRow', ({ request, instance, cloud }) => {
    const { rows } = loadedTableOf(cloud, instance, request.tableName);
    return { consumed: consumed(1, 0), row: rows.get(request.primaryKey, request.columnsToGet) };
  }),
  dataOperation('DeleteRow', ({ request, instance, cloud }) => {
    const { rows } = loadedTableOf(cloud, instance, request.tableName);
    rows.delete(request.primaryKey, request.condition.rowExistence);
    return { consumed: consumed(0, 1) };
  }),
];
