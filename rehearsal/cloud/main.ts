/**
 * The double by itself, for trying a Terraform configuration against it:
 * `node --import tsx rehearsal/cloud/main.ts [--port N] [--directory D]` prints the variables to export, and serves
 * until it is interrupted; SIGUSR2 writes a snapshot and prints the inventory.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Double } from './double';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, directory: { type: 'string' } } });
  const directory = values.directory ?? join('.rehearsal', 'cloud');
  const double = await Double.start({ directory, ...(values.port && { port: Number(values.port) }) });
  for (const [name, value] of Object.entries(double.environment)) console.log(`export ${name}='${value}'`);
  process.on('SIGUSR2', () => {
    for (const item of double.cloud.store.inventory()) console.log(`${item.noun} ${item.id}`);
    void double.snapshot().then((file) => {
      console.log(`written to ${file}`);
    });
  });
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await double.stop();
}

void main();
