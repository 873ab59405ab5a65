/** What is asked: prompts of about 0.3 KB, each of its own, so that no cache answers. */
import { writeFileSync } from 'node:fs';
import { MODEL } from './subjects';

const SYSTEM = 'You are a helpful assistant that answers in a single short paragraph.';
const QUESTION = 'What does a gateway do, and why would anybody put one between those who ask and a model?';

/** As many as a run of ten seconds takes at 20,000 a second; then they begin anew. */
const DISTINCT = 200_000;

export const bodyOf = (nonce: string, more: object = {}): string =>
  JSON.stringify({
    model: MODEL,
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: `${QUESTION} (${nonce})` },
    ],
    ...more,
  });

/** A member that lets a cache keep the answer: without it the answer is sampled, and would be another the next time. */
export const REPEATABLE = { temperature: 0 } as const;

/** Writes one body a line. `round` keeps the bodies of one measurement from those of another. */
export const writeBodies = (path: string, round: string, more: object = {}, count = DISTINCT): void => {
  writeFileSync(path, Array.from({ length: count }, (_, at) => bodyOf(`${round}-${at}`, more)).join('\n'));
};
