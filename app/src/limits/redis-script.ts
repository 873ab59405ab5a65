/**
 * Counting within Redis: the arithmetic of `tally.ts` in Lua, for all charges of a call at once, so that no other call
 * comes between them. What is changed here is changed there, and a test compares the two.
 *
 * One count is one string: MessagePack of a bucket's level and its moment, or of a window's slots and amounts in turn.
 * `KEYS[i]` is written out wherever a key stands, since the proxy of a cluster reads the script for its keys.
 */
import { createHash } from 'node:crypto';
import { SLOTS, TOLERANCE } from './tally';

/** What a call is for, by the script's first argument. */
export type Mode = 'take' | 'adjust' | 'look';

/** How long a count outlives its last use, in milliseconds: clocks of a primary and its replica differ. */
const EXPIRY_MARGIN_MS = 5_000;

/**
 * Arguments: the mode; the time in milliseconds, or nothing for Redis's own; then for each key its kind (`b` or `w`), its
 * rate a second or length in milliseconds, its limit, and the amount.
 * Answer, in words: 1 or 0 for allowed, the index of what refused or -1, the wait, then used, remaining and reset of each.
 */
export const COUNTERS_SCRIPT = `
local SLOTS, TOLERANCE, MARGIN = ${SLOTS}, ${TOLERANCE}, ${EXPIRY_MARGIN_MS}
local mode, now = ARGV[1], tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local counts, refused = {}, -1
for i = 1, #KEYS do
  local at = 3 + (i - 1) * 4
  local shape, limit, amount = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local kept = redis.call('GET', KEYS[i])
  local state = kept and cmsgpack.unpack(kept) or {}
  local count = { bucket = ARGV[at] == 'b', shape = shape, limit = limit, amount = amount }
  if count.bucket then
    local elapsed = math.max(0, now - (state[2] or 0))
    count.used = math.max(0, (state[1] or 0) - elapsed * shape / 1000)
  else
    local slotMs, pairsLeft, used = shape / SLOTS, {}, 0
    local oldest = math.floor(now / slotMs) - SLOTS
    for j = 1, #state, 2 do
      if state[j] >= oldest then
        pairsLeft[#pairsLeft + 1] = state[j]
        pairsLeft[#pairsLeft + 1] = state[j + 1]
        used = used + state[j + 1]
      end
    end
    count.slotMs, count.pairs, count.used = slotMs, pairsLeft, used
  end
  counts[i] = count
  if refused < 0 and mode == 'take' and count.used + amount > limit + TOLERANCE then refused = i - 1 end
end

local function waitFor(count)
  local over = count.used + count.amount - count.limit
  if count.bucket then return math.min(over, count.used) / count.shape * 1000 end
  local wait = 0
  for j = 1, #count.pairs, 2 do
    if over <= TOLERANCE then break end
    over = over - count.pairs[j + 1]
    wait = (count.pairs[j] + SLOTS + 1) * count.slotMs - now
  end
  return wait
end

local function giveBack(count, amount)
  local left, used = {}, 0
  for j = 1, #count.pairs, 2 do
    local taken = math.min(count.pairs[j + 1], amount)
    amount = amount - taken
    if count.pairs[j + 1] > taken then
      left[#left + 1] = count.pairs[j]
      left[#left + 1] = count.pairs[j + 1] - taken
      used = used + count.pairs[j + 1] - taken
    end
  end
  count.pairs, count.used = left, used
end

local function add(count, amount)
  if count.bucket then
    count.used = math.max(0, count.used + amount)
  elseif amount < 0 then
    giveBack(count, -amount)
  elseif amount > 0 then
    local last = #count.pairs
    local slot = math.max(math.floor(now / count.slotMs), count.pairs[last - 1] or 0)
    if slot == count.pairs[last - 1] then
      count.pairs[last] = count.pairs[last] + amount
    else
      count.pairs[last + 1], count.pairs[last + 2] = slot, amount
    end
    count.used = count.used + amount
  end
end

local function resetOf(count)
  if count.bucket then return count.used / count.shape * 1000 end
  local last = #count.pairs
  if last == 0 then return 0 end
  return (count.pairs[last - 1] + SLOTS + 1) * count.slotMs - now
end

local said = { refused < 0 and 1 or 0, refused, refused < 0 and 0 or waitFor(counts[refused + 1]) }
for i = 1, #KEYS do
  local count = counts[i]
  if mode == 'adjust' or (mode == 'take' and refused < 0) then
    add(count, count.amount)
    if count.used > 0 then
      local state = count.bucket and { count.used, now } or count.pairs
      redis.call('SET', KEYS[i], cmsgpack.pack(state), 'PX', math.ceil(resetOf(count)) + MARGIN)
    else
      redis.call('DEL', KEYS[i])
    end
  end
  said[#said + 1] = count.used
  said[#said + 1] = math.max(0, count.limit - count.used)
  said[#said + 1] = resetOf(count)
end
for i = 1, #said do said[i] = string.format('%.17g', said[i]) end
return table.concat(said, ' ')
`;

/** What Redis knows the script by. */
export const COUNTERS_SCRIPT_SHA = createHash('sha1').update(COUNTERS_SCRIPT).digest('hex');
