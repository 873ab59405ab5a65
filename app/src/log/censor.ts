/**
 * The last look at a log line before it is written: takes out every secret of the configuration, wherever it stands,
 * and whatever looks like a key or like the password of an address.
 */
import { REDACTED, Secret } from '../secret';

/** Shorter ones are words of their own right, and to take them out would take every line apart. */
const SECRET_MIN_LENGTH = 6;

/** A bearer token or a key by its usual beginning; the user and password of an address. */
const SHAPES = /\b(?:Bearer\s+|sk-)[\w.~+/=-]{6,}|(?<=:\/\/)[^\s/@"]*:[^\s/@"]*(?=@)/g;

/** Without one of these there is nothing of that kind, as there is not in nearly every line. */
const BEGINNINGS = ['Bearer', 'sk-', '://'] as const;

/** Every secret within a value, however deep. */
const secretsIn = (value: unknown): readonly string[] => {
  if (value instanceof Secret) return [value.reveal()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
};

/** What must not be read of a secret: itself, and the password of one that is an address, as it is written there and as it is meant. */
const partsOf = (secret: string): readonly string[] => {
  if (!URL.canParse(secret)) return [secret];
  const { password } = new URL(secret);
  try {
    return [secret, password, decodeURIComponent(password)];
  } catch {
    return [secret, password];
  }
};

/** As it stands within a JSON text. */
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** @param config whatever holds the secrets, as instances of {@link Secret} */
export const createCensor = (config: object): ((line: string) => string) => {
  const secrets = [...new Set(secretsIn(config).flatMap(partsOf))]
    .filter((secret) => secret.length >= SECRET_MIN_LENGTH)
    // The whole before its parts, or the rest of it would stay.
    .sort((a, b) => b.length - a.length)
    .map(inJson);
  return (line) => {
    let clean = line;
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
    return BEGINNINGS.some((beginning) => clean.includes(beginning)) ? clean.replace(SHAPES, REDACTED) : clean;
  };
};
