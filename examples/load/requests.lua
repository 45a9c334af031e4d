-- Has wrk send a body again and again, each time with another id and the signature that goes with it.
-- Arguments: the body, the signatures one after another, the place of the id in the body, the first id.

local DIGITS, HEX = 12, 64
local signatures, count, head, middle, rest, first
local client

sent = 0

local function contents(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

function setup(thread)
    client = thread
end

function init(args)
    local body = contents(args[1])
    signatures = contents(args[2])
    count = #signatures / HEX
    local place = tonumber(args[3])
    first = tonumber(args[4])
    head = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host
        .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\nSC-Signature: "
    middle = "\r\n\r\n" .. body:sub(1, place)
    rest = body:sub(place + DIGITS + 1)
end

function request()
    local id = (first + sent) % count
    sent = sent + 1
    return head .. signatures:sub(id * HEX + 1, id * HEX + HEX) .. middle .. string.format("%012d", id) .. rest
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d %d %d\n", client:get("sent"), summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
