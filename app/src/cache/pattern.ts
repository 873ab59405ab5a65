/**
 * Names a set of kept answers: `tenant:operation:model`, where `*` stands for any characters and `?` for one.
 * `*:chat:qwen-*` is every chat with a model whose name begins with `qwen-`. A tenant is the id of a key.
 */

/** What an answer is kept for. */
export interface Group {
  /** The key's id. */
  readonly tenant: string;
  readonly operation: string;
  /** As asked for. */
  readonly model: string;
}

/** JSON Schema's `pattern` of a pattern, and its bounds. */
export const PATTERN_SYNTAX = '^[^:]+:[^:]+:.+$';
export const PATTERN_MAX_LENGTH = 512;

export class Pattern {
  private constructor(
    readonly tenant: string,
    readonly operation: string,
    readonly model: string,
    /** Whether the tenant's characters all stand for themselves. */
    private readonly exactTenant: boolean,
  ) {}

  /** `undefined` when it has not three parts. */
  static parse(text: string): Pattern | undefined {
    const [tenant = '', operation = '', ...model] = text.split(':');
    const rest = model.join(':');
    return tenant === '' || operation === '' || rest === '' ? undefined : new Pattern(tenant, operation, rest, false);
  }

  /** Everything of one tenant, whatever characters its id has. */
  static ofTenant(tenant: string): Pattern {
    return new Pattern(tenant, '*', '*', true);
  }

  matches({ tenant, operation, model }: Group): boolean {
    const isTenant = this.exactTenant ? this.tenant === tenant : isLike(this.tenant, tenant);
    return isTenant && isLike(this.operation, operation) && isLike(this.model, model);
  }
}

/** Whether `text` is like `glob`. Goes back to the last star only, so that no pattern takes longer than their product. */
export const isLike = (glob: string, text: string): boolean => {
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < text.length) {
    if (glob[at] === '*') {
      star = at++;
      resume = from;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
};

/** The escape character of {@link likeOf}. */
export const LIKE_ESCAPE = '!';

/** The same glob for SQL's LIKE. It may find more, where a database does not tell cases apart. */
export const likeOf = (glob: string): string =>
  glob.replace(/[!%_]/g, `${LIKE_ESCAPE}$&`).replace(/\*/g, '%').replace(/\?/g, '_');
