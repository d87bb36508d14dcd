-- A real script: what Lua programs do, with output that depends on every step.

-- closures
local function counter(step)
    local n = 0
    return function() n = n + step; return n end
end
local by2, by5 = counter(2), counter(5)
for _ = 1, 10 do by2(); by5() end
print("closures", by2(), by5())

-- objects with inheritance, and operators
local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return Vector.new(a.x + b.x, a.y + b.y) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__tostring = function(v) return string.format("(%g, %g)", v.x, v.y) end
Vector.__len = function(v) return math.floor(math.sqrt(v.x * v.x + v.y * v.y)) end
function Vector.new(x, y) return setmetatable({ x = x, y = y }, Vector) end
local sum = Vector.new(1, 2) + Vector.new(2.5, 2)
print("metatables", sum, #sum, sum == Vector.new(3.5, 4))

-- strings
local text = "The quick brown fox jumps over the lazy dog"
print(text:upper(), text:len(), text:reverse())
print(text:gsub("(%w+) (%w+)", "%2 %1"))
local words = {}
for w in text:gmatch("%a+") do words[#words + 1] = w:lower() end
table.sort(words, function(a, b) return #a < #b or (#a == #b and a < b) end)
print(table.concat(words, ","))
print(string.format("%5d|%-5d|%05.1f|%x|%q|%s|%g|%10.3e|%c", 42, 42, 3.14159, 255, 'a "b"\n',
    nil, 1e20, 12345.678, 65))
print(string.pack("<i4>I2z", -2, 513, "end"):byte(1, -1))
print(utf8.char(72, 228, 8364, 128512), utf8.len("häß€😀"))
print(("x"):rep(3, "-"), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))

-- numbers
print(7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 2 ^ 10, 1 << 62, 5 & 3, 5 | 3, 5 ~ 3, ~0, 1 / 0, -1 / 0)
print(math.maxinteger + 1 == math.mininteger, math.type(1), math.type(1.0), 3 | 0, 10 / 2)
print(math.tointeger(3.0), tostring(1e15), 0x7fffffffffffffff, 0.1 + 0.2, 100 // 1e-3)
print(string.format("%.14g %.17g %a", math.pi, math.sin(1), 0.15625))
print(tonumber("0x1p4"), tonumber("  12  "), tonumber("z", 36), tonumber("1e1"), tonumber("abc"))

-- sorting and tables
local seed = 42
local function random(n)
    seed = (seed * 1103515245 + 12345) & 0x7fffffff
    return seed % n
end
local list = {}
for i = 1, 5000 do list[i] = random(100000) end
table.sort(list)
local ordered = true
for i = 2, #list do ordered = ordered and list[i - 1] <= list[i] end
print("sorted", ordered, list[1], list[2500], list[5000])
table.insert(list, 1, -1)
table.remove(list, 3)
print(#list, select("#", table.unpack(list, 1, 200)), next({}), rawlen(list))
table.move(list, 1, 3, 2)
print(list[1], list[2], list[3], list[4])

-- coroutines
local function permutations(a, n)
    n = n or #a
    if n <= 1 then
        coroutine.yield(table.concat(a))
    else
        for i = 1, n do
            a[n], a[i] = a[i], a[n]
            permutations(a, n - 1)
            a[n], a[i] = a[i], a[n]
        end
    end
end
local all = {}
for p in coroutine.wrap(function() permutations({ "a", "b", "c", "d" }) end) do
    all[#all + 1] = p
end
print("coroutines", #all, all[1], all[24])
local co = coroutine.create(function(a, b)
    local c = coroutine.yield(a + b)
    local d, e = coroutine.yield(c * 2)
    error({ code = d + e })
end)
print(coroutine.resume(co, 1, 2))
print(coroutine.resume(co, 10))
local ok, err = coroutine.resume(co, 3, 4)
print(ok, type(err), err.code, coroutine.status(co), coroutine.resume(co))
-- a thousand of them alive at once
local pool = {}
for i = 1, 1000 do
    pool[i] = coroutine.wrap(function() local n = i; while true do n = n + coroutine.yield(n) end end)
    pool[i]()
end
local total = 0
for i = 1, 1000 do total = total + pool[i](i) end
print("pool", total)

-- errors
print(pcall(error, "plain", 0))
print(pcall(function() local t = nil; return t.field end))
print(pcall(function() return 1 + {} end))
print(select(2, xpcall(function() error("deep") end, function(m) return "handled: " .. m end)))
print(pcall(string.rep))
print(pcall(function() error() end))
local function recurse(n) return 1 + recurse(n + 1) end
local fine, message = pcall(recurse, 1)
print(fine, (message:gsub("^.-: ", "", 1):match("^stack overflow")))
local depth = 0
for i = 1, 100 do
    if not pcall(function() if i % 3 == 0 then error(i) end; depth = depth + 1 end) then
        depth = depth - 1
    end
end
print("errors", depth)
print(load("return 1 +"))
print(load("local a, b = ...; return a * b + 1")(6, 7))
do
    local log = {}
    local ok2 = pcall(function()
        local a <close> = setmetatable({}, { __close = function() log[#log + 1] = "a" end })
        local b <close> = setmetatable({}, { __close = function() log[#log + 1] = "b" end })
        error("x")
    end)
    print("close", ok2, table.concat(log))
end

-- goto, varargs, integer loops
local function sieve(n)
    local composite, count = {}, 0
    for i = 2, n do
        if composite[i] then goto continue end
        count = count + 1
        for j = i * i, n, i do composite[j] = true end
        ::continue::
    end
    return count
end
print("primes below 50000:", sieve(50000))
print(select(-1, 1, 2, 3), (select("#")), select(2, "a", "b", "c"))

-- garbage collection
local weak = setmetatable({}, { __mode = "v" })
local finalized = 0
for i = 1, 100 do
    weak[i] = setmetatable({}, { __gc = function() finalized = finalized + 1 end })
end
collectgarbage()
collectgarbage()
local left = 0
for _ in pairs(weak) do left = left + 1 end
print("gc", left, finalized)
local keep = {}
for i = 1, 200000 do
    keep[i % 100] = { i, tostring(i), { i } }
end
print(keep[99][2], keep[0][3][1], collectgarbage("count") < 20000)

-- files
local name = (arg[1] or ".") .. "/lua_test.txt"
local file = assert(io.open(name, "w"))
for i = 1, 1000 do file:write(i, " ", i * i, "\n") end
file:close()
local lines, squares = 0, 0
for a, b in function() return nil end do print(a, b) end
for line in io.lines(name) do
    local a, b = line:match("(%d+) (%d+)")
    lines, squares = lines + 1, squares + tonumber(b) - tonumber(a)
end
print("file", lines, squares)
file = assert(io.open(name, "r+"))
print(file:seek("end"), file:seek("set", 5), file:read("n", "n", "l"), file:read(3))
file:close()
print(os.remove(name), (select(2, io.open(name))))
print(#io.read("a"), os.getenv("WICK_TEST"), type(os.time()), os.date("!%Y-%m-%d", 86400 * 365))
io.stderr:write("on stderr\n")
os.exit(3)
