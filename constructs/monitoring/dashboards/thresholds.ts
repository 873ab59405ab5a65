/** The numbers of alerts, as colours of panels. */
import type { Threshold } from '../alerts';
import type { Steps } from './definition';

/** Green while nothing rings, orange from a warning on, red from a critical alert on; on the side where the alert is. */
export function stepsOf({ comparison, levels }: Threshold): Steps {
  const colored = [
    ...(levels.warning === undefined ? [] : [{ value: levels.warning.value, color: 'orange' as const }]),
    ...(levels.critical === undefined ? [] : [{ value: levels.critical.value, color: 'red' as const }]),
  ];
  if (comparison !== '<') {
    return { base: 'green', steps: colored };
  }
  // From below: what is worst comes first, and each colour ends where its alert does.
  const upward = colored.reverse();
  return {
    base: upward[0]?.color ?? 'green',
    steps: upward.map(({ value }, index) => ({ value, color: upward[index + 1]?.color ?? 'green' })),
  };
}
