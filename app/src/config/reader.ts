/** Reads single variables and collects what is wrong with them. After a fault it goes on with the default. */
import ipaddr from 'ipaddr.js';
import type { Environment, NamesOf, VariableName } from '../config';
import { VARIABLES } from '../config';
import { Secret } from '../secret';
import { fileVariable, readSecretFile } from './secret-file';
import type {
  ChoiceVariable,
  FlagVariable,
  IntegerVariable,
  ListVariable,
  NumberVariable,
  SecretVariable,
  TextVariable,
} from './variable';

/** What the items of a list must be. */
const LIST_FORMATS: Readonly<
  Record<ListVariable['format'], { readonly words: string; readonly is: (item: string) => boolean }>
> = {
  cidr: { words: 'ranges like 10.0.0.0/8, separated by commas', is: (item) => ipaddr.isValidCIDR(item) },
  origin: {
    words: 'origins like https://example.com, separated by commas',
    is: (item) => URL.canParse(item) && new URL(item).origin === item,
  },
  path: { words: 'paths that begin with /, separated by commas', is: (item) => /^\/[\w./~-]*$/.test(item) },
};

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** What an address must be, and how to write it. */
export interface AddressForm {
  readonly words: string;
  readonly is: (address: string) => boolean;
}

export class Reader {
  readonly faults: string[] = [];
  readonly #faulty = new Set<VariableName>();

  constructor(private readonly env: Environment) {}

  integer(name: NamesOf<IntegerVariable>): number {
    const { minimum, maximum, unit, default: fallback } = VARIABLES[name];
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const value = /^-?\d+$/.test(raw) ? Number(raw) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const bound = `a whole number from ${minimum} to ${maximum}${unit === 'port' ? '' : ` ${unit}`}`;
    this.fault(name, `(${raw}) must be ${bound}; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  number(name: NamesOf<NumberVariable>): number {
    const { minimum, maximum, unit, default: fallback } = VARIABLES[name];
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const value = /^-?\d+(\.\d+)?$/.test(raw) ? Number(raw) : NaN;
    if (value >= minimum && value <= maximum) return value;
    const bound = `a number from ${minimum} to ${maximum} (${unit})`;
    this.fault(name, `(${raw}) must be ${bound}; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  flag(name: NamesOf<FlagVariable>): boolean {
    const fallback: boolean = VARIABLES[name].default;
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    if (raw === 'true' || raw === 'false') return raw === 'true';
    this.fault(name, `(${raw}) must be true or false; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  text(name: NamesOf<TextVariable>): string {
    const { format, default: fallback } = VARIABLES[name];
    const raw = this.raw(name);
    if (raw === undefined || format !== 'uri' || isWebAddress(raw)) return raw ?? fallback;
    const bound = 'must be an http: or https: address';
    this.fault(name, `(${raw.length} characters) ${bound}; correct it, or unset it for ${fallback || 'none'}`);
    return fallback;
  }

  list(name: NamesOf<ListVariable>): readonly string[] {
    const { format, default: fallback } = VARIABLES[name];
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const items = raw.split(',').map((item) => item.trim());
    const wrong = items.filter((item) => !LIST_FORMATS[format].is(item));
    if (wrong.length === 0) return items;
    this.fault(name, `(${wrong.join(', ')}) must be ${LIST_FORMATS[format].words}; correct it, or unset it`);
    return fallback;
  }

  choice<C extends string>(name: VariableName, { enum: choices, default: fallback }: ChoiceVariable<C>): C {
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const chosen = choices.find((choice) => choice === raw);
    if (chosen !== undefined) return chosen;
    this.fault(name, `(${raw}) must be one of ${choices.join(', ')}; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  host(name: 'HOST'): string {
    const fallback = VARIABLES[name].default;
    const raw = this.raw(name);
    if (raw === undefined || /^[\w.:-]+$/.test(raw)) return raw ?? fallback;
    this.fault(name, `(${raw}) must be one address or host name; correct it, or unset it for ${fallback}`);
    return fallback;
  }

  /** `undefined` when it is unset and has no default. */
  baseUrl(name: 'DASHSCOPE_BASE_URL' | 'DASHSCOPE_FALLBACK_BASE_URL'): URL | undefined {
    const standard = VARIABLES[name].default;
    const fallback = standard === '' ? undefined : new URL(standard);
    const raw = this.raw(name);
    if (raw === undefined) return fallback;
    const wayOut = `write the endpoint alone, like ${VARIABLES.DASHSCOPE_BASE_URL.default}`;
    // What is refused here may be a password in the wrong place, so it is not repeated.
    if (!URL.canParse(raw)) {
      this.fault(name, `(${raw.length} characters) must be a URL; ${wayOut}`);
      return fallback;
    }
    const url = new URL(raw);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      this.fault(name, `(${url.protocol}) must be https: or http:; ${wayOut}`);
      return fallback;
    }
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
      const bound = 'must have no user, password, query or fragment';
      this.fault(name, `(host ${url.host}) ${bound}; ${wayOut}, and put the key into DASHSCOPE_API_KEY`);
      return fallback;
    }
    return url;
  }

  /** `model=model,model;model=model` */
  fallbacks(name: 'FALLBACK_MODELS'): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    for (const part of this.raw(name)?.split(';') ?? []) {
      const [model = '', list = '', ...more] = part.split('=').map((side) => side.trim());
      const others = list.split(',').map((other) => other.trim());
      const named = [model, ...others].every((one) => one !== '') && more.length === 0;
      if (!named || others.includes(model) || new Set(others).size < others.length || found.has(model)) {
        const bound = 'must be one model, =, and other models, each named once, like qwen3-max=qwen-plus,qwen-flash';
        this.fault(name, `(${part.trim()}) ${bound}; correct it, and separate such entries by ;`);
        return new Map();
      }
      found.set(model, others);
    }
    return found;
  }

  secret(name: NamesOf<SecretVariable>): Secret | undefined {
    const raw = this.raw(name);
    if (raw === undefined) return undefined;
    if (this.isHeaderText(name, raw)) return new Secret(raw);
    return undefined;
  }

  /** An address that may hold a password: what is wrong with it is said without repeating any of it. */
  address(name: 'REDIS_URL' | 'DATABASE_URL', { words, is }: AddressForm): Secret | undefined {
    const raw = this.raw(name);
    if (raw === undefined || is(raw)) return raw === undefined ? undefined : new Secret(raw);
    this.fault(name, `(${raw.length} characters) must be ${words}`);
    return undefined;
  }

  /** Secrets separated by commas. */
  secrets(name: 'DASHSCOPE_API_KEY' | 'DASHSCOPE_FALLBACK_API_KEY'): readonly Secret[] {
    const parts = this.raw(name)?.split(',') ?? [];
    const trimmed = parts.map((part) => part.trim());
    if (trimmed.includes('')) {
      this.fault(name, `(${parts.length} keys) must have no empty key; remove the comma before or behind it`);
      return [];
    }
    return trimmed.every((part) => this.isHeaderText(name, part)) ? trimmed.map((part) => new Secret(part)) : [];
  }

  private isHeaderText(name: VariableName, text: string): boolean {
    if (/^[\x21-\x7e]+$/.test(text)) return true;
    const bound = 'must be printable ASCII without spaces, as it becomes an HTTP header';
    this.fault(name, `(${text.length} characters) ${bound}; look for a line break that was copied with it`);
    return false;
  }

  /** A bound between variables. Not judged when one of them is at fault by itself, as its value is not known then. */
  rule(names: readonly VariableName[], holds: boolean, message: string): void {
    if (!holds && !names.some((name) => this.#faulty.has(name))) this.faults.push(message);
  }

  private fault(name: VariableName, message: string): void {
    this.#faulty.add(name);
    this.faults.push(`${name} ${message}`);
  }

  private raw(name: VariableName): string | undefined {
    const value = this.set(name);
    const variable = VARIABLES[name];
    if (!('secret' in variable)) return value;
    const from = fileVariable(name);
    const file = this.set(from);
    if (file === undefined) return value;
    if (value !== undefined) {
      this.fault(name, `and ${from} must not both be set, as they may differ; unset one of them`);
      return undefined;
    }
    const content = readSecretFile(file);
    if ('text' in content) return content.text;
    this.fault(name, `cannot be had: ${from} (${file}) ${content.problem}; mount the file, or unset ${from}`);
    return undefined;
  }

  private set(name: string): string | undefined {
    const value = this.env[name];
    return value === '' ? undefined : value;
  }
}
