import { Flights } from '../src/cache/flights';
import type { Boarded, Lead } from '../src/cache/flights';
import { settled } from './virtual-clock';

const never = new AbortController().signal;

const leadOf = (boarded: Boarded<string>): Lead<string> => {
  if (!('lead' in boarded) || boarded.lead === undefined) throw new Error('there is no lead');
  return boarded.lead;
};

/** Those who board one flight, and what each of them got so far. */
const passengers = (flights: Flights<string>, count: number, signal = never) => {
  const got: string[] = [];
  const leads: Lead<string>[] = [];
  const all = Array.from({ length: count }, async (_none, index) => {
    try {
      const boarded = await flights.board('k', signal);
      if ('answer' in boarded) got.push(`${index} got ${boarded.answer}`);
      else {
        got.push(`${index} ${boarded.lead === undefined ? 'asks alone' : 'leads'}`);
        if (boarded.lead !== undefined) leads.push(boarded.lead);
      }
    } catch (error) {
      got.push(`${index} failed: ${error instanceof Error ? error.message : ''}`);
    }
  });
  return { got, leads, all: Promise.all(all) };
};

describe('one flight an answer', () => {
  test('[G6] lets one ask, and gives its answer to all who came meanwhile', async () => {
    const flights = new Flights<string>();
    const lead = leadOf(await flights.board('k', never));
    const { got, all } = passengers(flights, 3);
    await settled();
    expect(got).toEqual([]);
    lead.land('a');
    await all;
    expect(got).toEqual(['0 got a', '1 got a', '2 got a']);
    expect(flights.size).toBe(0);
  });

  test('[G6] lets the next one ask when the first fails, and one alone each time', async () => {
    const flights = new Flights<string>();
    const lead = leadOf(await flights.board('k', never));
    const { got, leads, all } = passengers(flights, 3);
    lead.giveUp();
    await settled();
    expect(got).toEqual(['0 leads']);
    leads[0]?.giveUp();
    await settled();
    expect(got).toEqual(['0 leads', '1 leads']);
    leads[1]?.land('b');
    await all;
    expect(got).toEqual(['0 leads', '1 leads', '2 got b']);
    expect(flights.size).toBe(0);
  });

  test('[G6] passes the lead on when its client goes away, so that nobody else fails', async () => {
    const flights = new Flights<string>();
    const gone = new AbortController();
    const lead = leadOf(await flights.board('k', gone.signal));
    const { got, leads, all } = passengers(flights, 2);
    gone.abort(new Error('gone'));
    await settled();
    expect(got).toEqual(['0 leads']);
    lead.land('too late');
    await settled();
    expect(got).toEqual(['0 leads']);
    leads[0]?.land('c');
    await all;
    expect(got).toEqual(['0 leads', '1 got c']);
  });

  test('[G6] bounds the wait of each by its own signal', async () => {
    const flights = new Flights<string>();
    const lead = leadOf(await flights.board('k', never));
    const impatient = new AbortController();
    const leaving = passengers(flights, 1, impatient.signal);
    const staying = passengers(flights, 1);
    await settled();
    impatient.abort(new Error('timeout'));
    await leaving.all;
    expect(leaving.got).toEqual(['0 failed: timeout']);
    lead.giveUp();
    await settled();
    expect(staying.got).toEqual(['0 leads']);
    await expect(flights.board('k', impatient.signal)).rejects.toThrow('timeout');
  });

  test('[G6] lets all ask at once when the answer is only for who asked', async () => {
    const flights = new Flights<string>();
    const lead = leadOf(await flights.board('k', never));
    const { got, all } = passengers(flights, 2);
    lead.release();
    await all;
    expect(got).toEqual(['0 asks alone', '1 asks alone']);
    expect(flights.size).toBe(0);
  });

  test('[G6] is over once: what is said of it later changes nothing', async () => {
    const flights = new Flights<string>();
    const first = leadOf(await flights.board('k', never));
    first.land('a');
    const second = leadOf(await flights.board('k', never));
    first.giveUp();
    first.release();
    const { got, all } = passengers(flights, 1);
    await settled();
    expect(got).toEqual([]);
    second.land('b');
    await all;
    expect(got).toEqual(['0 got b']);
  });

  test('[G6] goes by key', async () => {
    const flights = new Flights<string>();
    leadOf(await flights.board('k', never));
    leadOf(await flights.board('l', never));
    expect(flights.size).toBe(2);
  });

  test('[G6] leaves nothing on a signal that outlives it', async () => {
    const flights = new Flights<string>();
    const { signal } = new AbortController();
    const listening = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: () => void) => {
      listening.add(listener);
      add(type, listener);
    };
    signal.removeEventListener = (type: string, listener: () => void) => {
      listening.delete(listener);
      remove(type, listener);
    };
    const lead = leadOf(await flights.board('k', signal));
    const { all } = passengers(flights, 3, signal);
    await settled();
    expect(listening.size).toBe(4);
    lead.land('a');
    await all;
    expect(listening.size).toBe(0);
  });
});
