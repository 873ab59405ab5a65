/** The app: every environment's stacks, one line a stack. */
import { App } from 'cdktf';
import { environments } from './environments';
import { BootstrapStack } from './stacks/bootstrap';
import { ClusterStack } from './stacks/cluster';
import { DataStack } from './stacks/data';
import { FoundationStack } from './stacks/foundation';
import { GatewayStack } from './stacks/gateway';
import { NetworkStack } from './stacks/network';
import { PlatformStack } from './stacks/platform';

/** Puts the stacks of every environment into an app. */
export function build(app: App): App {
  for (const environment of environments) {
    new BootstrapStack(app, environment);
    const foundation = new FoundationStack(app, environment);
    const network = new NetworkStack(app, environment, { foundation });
    const data = new DataStack(app, environment, { foundation, network });
    const cluster = new ClusterStack(app, environment, { foundation, network });
    const platform = new PlatformStack(app, environment, { foundation, cluster });
    new GatewayStack(app, environment, { cluster, data, platform });
  }
  return app;
}

/**
 * Builds and synthesizes without the stacks that cdktf writes down at every reference it makes: mapped to the sources,
 * they would take a good third of the time. An error's own stack is written when it is printed, and then as usual.
 */
function synthesize(): void {
  Error.prepareStackTrace = String;
  try {
    build(new App()).synth();
  } finally {
    Reflect.deleteProperty(Error, 'prepareStackTrace');
  }
}

if (require.main === module) synthesize();
