/** Something that the person at the keyboard can put right: the message says how, and needs no stack. */
export class ToolchainFailure extends Error {}

/** The end of what a program said, where the reason is. */
export function lastLines(text: string, count = 12): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
