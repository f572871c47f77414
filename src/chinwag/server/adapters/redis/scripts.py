"""The Lua scripts of the registry and the meters: what must happen at once, by Redis' own clock.

Keys:
  chinwag:nodes       hash: incarnation -> "node renewed_ms lease_ms"; a lease of 0: it is over
  chinwag:version     grows when a node comes or goes
  chinwag:epoch       the last epoch or incarnation given out
  chinwag:user:<id>   "last_seen_ms|device incarnation epoch foreground|device …"; last seen is
                      the end of the last period in which a session was in front: while one is, it
                      stands still

A lease that was seen to have run out never comes alive again, also when the clock is set back: its
node gets a new incarnation. Epochs are microseconds of the clock at least, so that they grow even
when Redis lost its data.
"""

from chinwag.server.adapters.redis.link import Script

NODES = "chinwag:nodes"
VERSION = "chinwag:version"
EPOCH = "chinwag:epoch"
USER = "chinwag:user:"
USER_SECONDS = 24 * 3600
"""So long a user's key outlives its last change; it is renewed while there are sessions."""

_CLOCK = """
local time = redis.call('TIME')
local us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(us / 1000)
local function whole(number) return string.format('%.0f', number) end
local function next_epoch(key)
  local last = tonumber(redis.call('GET', key) or '0')
  local epoch = whole(math.max(us, last + 1))
  redis.call('SET', key, epoch)
  return epoch
end
local function lease_of(value)
  local node, renewed, lease = string.match(value, '^(%S+) (%d+) (%d+)$')
  renewed, lease = tonumber(renewed), tonumber(lease)
  return node, renewed, lease, lease > 0 and renewed + lease > now
end
"""

# KEYS: nodes, version, epoch. ARGV: incarnation or '', node, lease_ms, how long to remember the
# dead, in ms. Answer: now, version, incarnation (a new one if the old one is over), then of each
# node: incarnation, node, renewed, lease. A node that starts anew ends its earlier incarnations.
KEEP = Script(
    _CLOCK
    + """
local all = redis.call('HGETALL', KEYS[1])
local mine = ARGV[1]
local held = false
for i = 1, #all, 2 do
  if all[i] == mine then
    local _, _, _, alive = lease_of(all[i + 1])
    held = alive
  end
end
local changed = not held
if not held then mine = next_epoch(KEYS[3]) end
local out = {whole(now), '', mine}
for i = 1, #all, 2 do
  local node, renewed, lease, alive = lease_of(all[i + 1])
  if lease > 0 and (not alive or (not held and node == ARGV[2])) then
    lease = 0
    changed = true
    redis.call('HSET', KEYS[1], all[i], node .. ' ' .. whole(renewed) .. ' 0')
  end
  if lease == 0 and renewed + tonumber(ARGV[4]) < now then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= mine then
    for _, word in ipairs({all[i], node, whole(renewed), whole(lease)}) do
      table.insert(out, word)
    end
  end
end
redis.call('HSET', KEYS[1], mine, ARGV[2] .. ' ' .. whole(now) .. ' ' .. ARGV[3])
for _, word in ipairs({mine, ARGV[2], whole(now), ARGV[3]}) do table.insert(out, word) end
if changed then next_epoch(KEYS[2]) end
out[2] = redis.call('GET', KEYS[2]) or ''
return out
"""
)

# KEYS: nodes, version. ARGV: incarnation.
GIVE_UP = Script(
    _CLOCK
    + """
local value = redis.call('HGET', KEYS[1], ARGV[1])
if value then
  local node = lease_of(value)
  redis.call('HSET', KEYS[1], ARGV[1], node .. ' ' .. whole(now) .. ' 0')
  next_epoch(KEYS[2])
end
"""
)

# What stands in a user's key, but for the device ARGV[1]; of dead nodes only until when they saw
# the user.
_RECORDS = (
    _CLOCK
    + """
local seen = 0
local kept = {}
local same = nil
local still = false
local left = 0
local function saw(at) if at > left then left = at end end
local function load_records()
  local value = redis.call('GET', KEYS[1])
  if not value then return end
  for record in string.gmatch(value, '[^|]+') do
    local device, incarnation, epoch, front = string.match(record, '^(%S+) (%d+) (%d+) (%d)$')
    if not device then
      seen = tonumber(record)
    else
      local entry = redis.call('HGET', KEYS[2], incarnation)
      local node, renewed, _, alive
      if entry then node, renewed, _, alive = lease_of(entry) end
      if not alive then
        if front == '1' and renewed then saw(renewed) end
      elseif device == ARGV[1] then
        same = {incarnation = incarnation, epoch = tonumber(epoch), front = front, node = node,
                record = record}
      else
        if front == '1' then still = true end
        table.insert(kept, record)
      end
    end
  end
end
local function store_records(seconds)
  if not still then seen = math.max(seen, left) end
  if #kept == 0 and seen == 0 then
    redis.call('DEL', KEYS[1])
  else
    table.insert(kept, 1, whole(seen))
    redis.call('SET', KEYS[1], table.concat(kept, '|'), 'EX', seconds)
  end
end
"""
)

# KEYS: user, nodes, epoch. ARGV: device, incarnation, foreground, seconds to keep, epoch or '' for
# a new one. Answer: epoch, node that had an older session; or 'lapsed', or 'newer'.
ENTER = Script(
    _RECORDS
    + """
local entry = redis.call('HGET', KEYS[2], ARGV[2])
local alive = false
if entry then
  local _, _, _, holds = lease_of(entry)
  alive = holds
end
if not alive then return {'lapsed', ''} end
load_records()
local epoch = ARGV[5]
if epoch == '' then
  epoch = next_epoch(KEYS[3])
elseif same and same.epoch > tonumber(epoch) then
  return {'newer', ''}
end
local replaced = ''
if same then
  if same.front == '1' and ARGV[3] == '0' then saw(now) end
  if same.front == '1' and ARGV[3] == '1' then still = true end
  if same.incarnation ~= ARGV[2] then replaced = same.node end
end
table.insert(kept, ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. epoch .. ' ' .. ARGV[3])
store_records(ARGV[4])
return {epoch, replaced}
"""
)

# KEYS: user, nodes. ARGV: device, epoch, foreground or '' to leave, last_seen, seconds to keep.
LOOK = Script(
    _RECORDS
    + """
load_records()
saw(tonumber(ARGV[4]))
if same then
  local mine = same.epoch <= tonumber(ARGV[2])
  if same.front == '1' then
    if not mine or ARGV[3] == '1' then
      still = true
    elseif ARGV[4] == '0' then
      saw(now)
    end
  end
  if not mine then
    table.insert(kept, same.record)
  elseif ARGV[3] ~= '' then
    table.insert(kept, ARGV[1] .. ' ' .. same.incarnation .. ' ' .. whole(same.epoch) .. ' '
      .. ARGV[3])
  end
end
store_records(ARGV[5])
"""
)

# KEYS: bucket. ARGV: burst, seconds for one more, cost, 'back' to give back. Answer: what is
# missing, as text. The bucket: what is left, and when that was, in us.
TAKE = Script(
    _CLOCK
    + """
local burst, every, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local left, at = burst, us
local value = redis.call('GET', KEYS[1])
if value then
  local then_left, then_at = string.match(value, '^(%S+) (%d+)$')
  left = tonumber(then_left) + math.max(0, us - tonumber(then_at)) / 1000000 / every
  left = math.min(burst, left)
end
local missing = 0
if ARGV[4] == 'back' then
  if not value then return '0' end
  left = math.min(burst, left + cost)
elseif left >= cost then
  left = left - cost
else
  missing = cost - left
end
local full = math.ceil((burst - left) * every * 1000)
if full <= 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%.6f', left) .. ' ' .. whole(at), 'PX',
    math.min(full, 2592000000))
end
return string.format('%.6f', missing)
"""
)
