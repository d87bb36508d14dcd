-- Tables, strings, closures, floats, garbage: read from standard input by the Lua under test.
local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
local sum = fib(24)
local words = {}
local seed = 7
for i = 1, 20000 do
    seed = (seed * 16807) % 2147483647
    words[i] = string.format("%x-%d", seed, i % 97)
end
table.sort(words)
local counts = {}
for _, w in ipairs(words) do
    local k = w:match("%-(%d+)$")
    counts[k] = (counts[k] or 0) + #w
end
local keys = {}
for k in pairs(counts) do keys[#keys + 1] = k end
table.sort(keys)
for _, k in ipairs(keys) do sum = (sum * 31 + counts[k]) % 1000000007 end
local parts = {}
for i = 1, 3000 do parts[#parts + 1] = ("%d:%s"):format(i, words[i]:upper():gsub("%x", "."):sub(1, 5)) end
local text = table.concat(parts, ",")
for piece in text:gmatch("[^,]+") do sum = (sum + piece:byte(-1)) % 1000000007 end
local points = {}
for i = 1, 300 do points[i] = { x = i * 0.5, y = 300 / i, m = 1 + i % 3 } end
local energy = 0.0
for i = 1, #points do
    local p = points[i]
    for j = i + 1, #points do
        local q = points[j]
        local dx, dy = p.x - q.x, p.y - q.y
        energy = energy + p.m * q.m / math.sqrt(dx * dx + dy * dy)
    end
end
print(sum, string.format("%.9f", energy))
