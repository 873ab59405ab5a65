/** The process: starts the gateway from its environment, and ends it gracefully when told to. */
import closeWithGrace from 'close-with-grace';
import { startGateway } from './gateway';
import type { Gateway } from './gateway';
import { MODELS } from './models';
import { ConfigError } from './read-config';
import { ROUTES } from './routes';

/** What the process may take beyond its own drain, grace and cut-off before it is ended hard, in milliseconds. */
const MARGIN_MS = 2_000;

const greet = ({ url, provider }: Gateway): void => {
  const body = JSON.stringify({ model: MODELS[2], messages: [{ role: 'user', content: 'Hello' }] });
  const command = `curl ${url}${ROUTES.chatCompletions} -H 'content-type: application/json' -d '${body}'`;
  const note = provider === 'echo' ? ' (echo: no DASHSCOPE_API_KEY)' : '';
  process.stderr.write(`Bailian Gateway on ${url}${note}\n  ${command}\n`);
};

const run = async (): Promise<void> => {
  const gateway = await startGateway({ env: process.env });
  const { shutdown, environment } = gateway.config;
  closeWithGrace(
    { delay: shutdown.drainMs + shutdown.graceMs + MARGIN_MS, logger: false },
    async ({ signal, err }): Promise<void> => {
      if (err !== undefined) gateway.reportFailure(err);
      // Only an orchestrator has load balancers that must notice first; who types Ctrl-C, or has failed, does not wait.
      await gateway.close({ drain: signal === 'SIGTERM' });
    },
  );
  if (environment === 'development') greet(gateway);
};

/** What a failed start is told as: a sentence with a way out where there is one. */
const explain = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}; end what listens there, or set PORT to another (0 takes a free one)`;
  }
  return error.stack ?? error.message;
};

run().catch((error: unknown) => {
  process.stderr.write(`The gateway did not start. ${explain(error)}\n`);
  process.exitCode = 1;
});
