-- Pours into a leaky bucket, exactly as peers.Pour does.
-- KEYS[1] is the bucket: when it will be empty. ARGV[1] is what is poured, ARGV[2]
-- the window. All times are in microseconds, by the clock of this server.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local weight, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local empty = tonumber(redis.call('GET', KEYS[1]) or now)
if not empty or empty < now then
  empty = now
end
if empty > now + window then -- the clock was set back
  empty = now + window
end
local after = empty + weight
if after > now + window then
  return {empty - now, 0, now}
end
-- Forgotten once it is empty, which comes to the same.
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return {after - now, 1, now}
