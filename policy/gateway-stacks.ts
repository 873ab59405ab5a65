/** The gateway stacks of every environment, as `main.ts` builds them. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import { build } from '../main';
import { GatewayStack } from '../stacks/gateway';

/** In the order of the environments. Nothing is written. */
export function gatewayStacks(): readonly GatewayStack[] {
  const app = build(new App({ outdir: join(tmpdir(), 'bailian-gateway-policy-unused') }));
  return app.node.children.filter((stack): stack is GatewayStack => stack instanceof GatewayStack);
}
