/** A guess at how many tokens a text has, where no upstream counts them. Not for bills. */

/** Tokens a character, measured on Qwen's tokenizer: Han, kana and hangul; and everything else. */
const TOKENS_PER_CJK_CHARACTER = 0.7;
const TOKENS_PER_OTHER_CHARACTER = 0.25;

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** At least one for a text that is not empty. */
export const estimateTokens = (text: string): number => {
  const cjk = text.match(CJK)?.length ?? 0;
  const others = text.length - cjk;
  return Math.ceil(cjk * TOKENS_PER_CJK_CHARACTER + others * TOKENS_PER_OTHER_CHARACTER);
};
