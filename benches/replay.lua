-- Sends the requests of a file in turn, from its first again after its last, and prints one line of JSON about them.
--   wrk … -s replay.lua URL -- FILE FIRST
-- A line of FILE is METHOD, path, header, body, separated by tabs. In a body, ######### becomes a number of nine
-- digits, which counts up from FIRST. Run it with one thread: each thread would begin at the first request.

local requests, at, number = {}, 0, 0
local is_checked = false
local main_thread
conflicts, refused = 0, 0

function setup(thread)
  main_thread = thread
end

function init(args)
  number = tonumber(args[2])
  for line in io.lines(args[1]) do
    local method, path, name, value, body = line:match("^(%S+)\t(%S+)\t([^:]+): ([^\t]*)\t(.*)$")
    local headers = { [name] = value }
    if method == "POST" then
      headers["Content-Type"] = "application/json"
      response = count
    end
    requests[#requests + 1] = wrk.format(method, path, headers, method == "POST" and body or nil)
  end
end

function request()
  -- wrk asks for one request before the run, to see whether it can be read, and does not send it.
  if not is_checked then
    is_checked = true
    return requests[1]
  end
  at = at % #requests + 1
  number = number + 1
  return (requests[at]:gsub("#########", ("%09d"):format(number)))
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
  local errors = summary.errors
  local line = '{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "failed": %d, "conflicts": %d, "broken": %d}'
  print(line:format(
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    math.max(errors.status, main_thread:get("conflicts") + main_thread:get("refused")),
    main_thread:get("conflicts"), errors.connect + errors.read + errors.write + errors.timeout))
end
