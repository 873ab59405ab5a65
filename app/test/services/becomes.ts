/** Waits for what must become so while servers start and retries come; fails after forty seconds. */
export const becomes = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const until = Date.now() + 40_000;
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    if (Date.now() > until) throw new Error(`never held: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
