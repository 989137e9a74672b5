-- Commits one batch: swaps the signed checkpoint for the next one, together
-- with everything the next one newly covers.
--
-- KEYS  1        checkpoint
--       then s   strings of entries, facts and tiles
--       then i   hashes of the indexes
--       then e   hashes of visitors that lose identity halves
--       then v   hashes of visitors (the rest)
-- ARGV  1        checkpoint before ('' for none)
--       2        checkpoint after
--       3, 4     s, i
--       5        '1': refuse where an index field is taken
--                '0': a batch that was committed before is put back as it was
--       6        lifetime of a visitor in seconds
--       7        e
--       then     s times  offset, bytes
--       then     i times  field, value, value that may be replaced ('' for none)
--       then     e times  fields of the identity halves to delete, with spaces,
--                         which must all be there; the summary that must be
--                         there too for the whole hash to go, or '*' for those
--                         halves alone
--       then     v times  field, identity half, summary
--
-- Answers a list. Its first item is the checkpoint that Redis holds now:
--   ARGV[2]        committed
--   ARGV[1]        nothing written, for index fields are taken or what is to
--                  be erased changed: the list goes on with the number of each
--                  (from 1, those to erase after the indexes) and its value,
--                  or a half that is gone
--   anything else  nothing written, someone was faster: here is the truth
--
-- Every write is positional or absolute, and the checkpoint goes last. A Redis
-- that lost power in the middle may run half of this, and run it twice (the
-- open MULTI that older versions leave in a cut AOF): neither may do harm. Of
-- an erasure that half may be the DEL without its record: the visitor asked for
-- just that, and no proof rests on it.
local cur = redis.call('GET', KEYS[1]) or ''
if cur ~= ARGV[1] then return {cur} end

local s, i, e = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[7])

-- Item n of each list: its key and its arguments.
local function segment(n)
  local a = 6 + 2 * n
  return KEYS[1 + n], ARGV[a], ARGV[a + 1]
end
local function index(n)
  local a = 5 + 2 * s + 3 * n
  return KEYS[1 + s + n], ARGV[a], ARGV[a + 1], ARGV[a + 2]
end
local function erasure(n)
  local a = 6 + 2 * s + 3 * i + 2 * n
  return KEYS[1 + s + i + n], ARGV[a], ARGV[a + 1]
end
local function visitor(n)
  local a = 5 + 2 * s + 3 * i + 2 * e + 3 * n
  return KEYS[1 + s + i + e + n], ARGV[a], ARGV[a + 1], ARGV[a + 2]
end

if ARGV[5] == '1' then
  local refused = {cur}
  for n = 1, i do
    local key, field, value, stale = index(n)
    local held = redis.call('HGET', key, field)
    if held and held ~= value and held ~= stale then
      refused[#refused + 1] = tostring(n)
      refused[#refused + 1] = held
    end
  end
  for n = 1, e do
    local key, fields, summary = erasure(n)
    local differs
    if summary ~= '*' then
      local held = redis.call('HGET', key, 'now') or ''
      if held ~= summary then differs = held end
    end
    for field in string.gmatch(fields, '%S+') do
      if redis.call('HEXISTS', key, field) == 0 then differs = field end
    end
    if differs then
      refused[#refused + 1] = tostring(i + n)
      refused[#refused + 1] = differs
    end
  end
  if #refused > 1 then return refused end
end

for n = 1, s do
  local key, offset, bytes = segment(n)
  redis.call('SETRANGE', key, offset, bytes)
end
for n = 1, i do
  local key, field, value = index(n)
  redis.call('HSET', key, field, value)
end
for n = 1, e do
  local key, fields, summary = erasure(n)
  local newest = string.match(redis.call('HGET', key, 'now') or '', '^%S+')
  for field in string.gmatch(fields, '%S+') do
    redis.call('HDEL', key, field)
    if field == newest then redis.call('HDEL', key, 'now') end -- it names the place
  end
  -- A summary without a half sums up nothing.
  if summary ~= '*' or redis.call('HLEN', key) == redis.call('HEXISTS', key, 'now') then
    redis.call('DEL', key)
  end
end
for n = 1, #KEYS - 1 - s - i - e do
  local key, field, half, summary = visitor(n)
  redis.call('HSET', key, field, half, 'now', summary)
  redis.call('EXPIRE', key, ARGV[6])
end
redis.call('SET', KEYS[1], ARGV[2])
return {ARGV[2]}
