-- Sends the requests of a file in turn, from its first again after its last, and prints one line of JSON about them.
--   wrk -t THREADS … -s replay.lua URL -- FILE FIRST THREADS
-- A line of FILE is METHOD, path, header, body, separated by tabs. In a body, ######### becomes a number of nine
-- digits, which counts up from FIRST. Each thread takes an equal part of the lines; with one connection for each thread
-- a request is sent when the one before it in its part was answered.

local requests, at, number = {}, 0, 0
local threads = {}
conflicts, refused = 0, 0

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("place", #threads)
end

function init(args)
  number = tonumber(args[2])
  local lines = {}
  for line in io.lines(args[1]) do
    lines[#lines + 1] = line
  end
  local part = #lines / tonumber(args[3])
  for i = (place - 1) * part + 1, place * part do
    local method, path, name, value, body = lines[i]:match("^(%S+)\t(%S+)\t([^:]+): ([^\t]*)\t(.*)$")
    local headers = { [name] = value }
    if method == "POST" then
      headers["Content-Type"] = "application/json"
      response = count
    end
    requests[#requests + 1] = wrk.format(method, path, headers, method == "POST" and body or nil)
  end
  -- wrk asks the first thread for one request before the run, to see whether it can be read, and does not send it.
  at = place == 1 and -1 or 0
end

function request()
  at = at + 1
  number = number + 1
  return (requests[math.max(at - 1, 0) % #requests + 1]:gsub("#########", ("%09d"):format(number)))
end

-- Called for each answer, of writes only: it costs wrk some time.
function count(status)
  if status == 409 then
    conflicts = conflicts + 1
  elseif status >= 400 then
    refused = refused + 1
  end
end

function done(summary, latency)
  local errors, all_conflicts, all_refused = summary.errors, 0, 0
  for _, thread in ipairs(threads) do
    all_conflicts = all_conflicts + thread:get("conflicts")
    all_refused = all_refused + thread:get("refused")
  end
  local line = '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d, "conflicts": %d, "broken": %d}'
  print(line:format(
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    math.max(errors.status, all_conflicts + all_refused), all_conflicts,
    errors.connect + errors.read + errors.write + errors.timeout))
end
