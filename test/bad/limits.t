# Modules at and above the limits of limit.def, and modules that claim or repeat a great deal.
let t = 01[01 60 00 00]
let f = 03[01 00]
let mem = 05[01 00 01]

== 1000 parameters
M 01[01 60 u1000 *1000(7f) 00]
-> ok
== 1001 parameters
M 01[01 60 u1001 *1001(7f) 00]
-> 0xd: type section: limit exceeded: 1001 parameters, at most 1000: raise WICK_MAX_PARAMS
== 1001 results
M 01[01 60 00 u1001 *1001(7f)]
-> 0xe: type section: limit exceeded: 1001 results, at most 1000: raise WICK_MAX_RESULTS
== 10000 fields
M 01[01 5f u10000 *10000(7f 00)]
-> ok
== 10001 fields
M 01[01 5f u10001 *10001(7f 00)]
-> 0xe: type section: limit exceeded: 10001 struct fields, at most 10000: raise WICK_MAX_FIELDS
== 64 levels of subtyping are 63 supertypes
M 01[u64 50 00 60 00 00 *63(50 01 %u 60 00 00)]
-> ok
== 65 levels of subtyping
M 01[u65 50 00 60 00 00 *64(50 01 %u 60 00 00)]
-> 0x18d: type section: limit exceeded: 64 levels of subtyping, at most 63: raise WICK_MAX_SUBTYPE_DEPTH
== 65 levels in one group
M 01[01 4e u65 50 00 60 00 00 *64(50 01 %u 60 00 00)]
-> 0x18f: type section: limit exceeded: 64 levels of subtyping, at most 63: raise WICK_MAX_SUBTYPE_DEPTH
== a million types
M 01[u1000000 *1000000(60 00 00)]
-> ok
== a million different types in one group
M 01[01 4e u1000000 *1000000(60 01 63 %s 00)]
-> ok
== a million types, each naming the one before
M 01[u1000000 60 00 00 *999999(60 01 63 %s 00)]
-> ok
== a million and one types
M 01[u1000001 *1000001(60 00 00)]
-> 0xd: type section: limit exceeded: 1000001 types, at most 1000000: raise WICK_MAX_TYPES
== two groups of together too many types
M 01[02 4e u600000 *600000(60 00 00) 4e u600000 *600000(60 00 00)]
-> 0x1b7752: type section: limit exceeded: 1200000 types, at most 1000000: raise WICK_MAX_TYPES
== many empty groups
M 01[u100000 *100000(4e 00)]
-> ok
== 100001 bytes of name
M 00[u100001 *100001("a")]
-> 0xc: custom section: limit exceeded: 100001 bytes of name, at most 100000: raise WICK_MAX_NAME_SIZE
== 100 memories
M 05[64 *100(00 00)]
-> ok
== 101 memories
M 05[65 *101(00 00)]
-> 0xb: memory section: limit exceeded: 101 memories, at most 100: raise WICK_MAX_MEMORIES
== 101 imported memories of one type in a compact group
M 02[01 @"a" 00 7e 02 00 00 65 *101(00)]
-> 0x77: import section: limit exceeded: 101 memories, at most 100: raise WICK_MAX_MEMORIES
== a million imports in compact groups
M $t 02[02 @"a" 00 7e 00 00 u999999 *999999(00) @"a" @"b" 00 00]
-> ok
== a million and one imports in compact groups
M $t 02[02 @"a" 00 7e 00 00 u999999 *999999(00) @"a" 00 7f 02 @"b" 00 00 @"c" 00 00]
-> 0xf4266: import section: limit exceeded: 1000001 imports, at most 1000000: raise WICK_MAX_IMPORTS
== a compact group of a million and one imports
M $t 02[01 @"a" 00 7e 00 00 u1000001 *1000001(00)]
-> 0x19: import section: limit exceeded: 1000001 imports, at most 1000000: raise WICK_MAX_IMPORTS
== many small compact groups
M $t 02[u100000 *100000(00 00 7e 00 00 03 00 00 00)]
-> ok
== 101 memories with imported ones
M 02[01 @"a" @"b" 02 00 00] 05[64 *100(00 00)]
-> 0x15: memory section: limit exceeded: 101 memories, at most 100: raise WICK_MAX_MEMORIES
== 100001 data segments
M 0b[u100001 *100001(01 00)]
-> 0xc: data section: limit exceeded: 100001 data segments, at most 100000: raise WICK_MAX_DATA_SEGMENTS
== 100001 data segments counted
M 0c[u100001]
-> 0xa: data count section: limit exceeded: 100001 data segments, at most 100000: raise WICK_MAX_DATA_SEGMENTS
== functions: more than bytes
M $t 03[ff ff ff ff 0f]
-> 0x10: function section: length out of bounds: length 4294967295, 0 bytes left
== a million functions
M $t 03[u1000000 *1000000(00)] 0a[u1000000 *1000000(02 00 0b)]
-> ok
== a million and one functions
M $t 03[u1000001 *1000001(00)]
-> 0x12: function section: limit exceeded: 1000001 functions, at most 1000000: raise WICK_MAX_FUNCTIONS
== one function too many, with imports
M $t 02[01 @"a" @"b" 00 00] 03[u1000000 *1000000(00)]
-> 0x1b: function section: limit exceeded: 1000001 functions, at most 1000000: raise WICK_MAX_FUNCTIONS
== imports: more than bytes
M 02[ff ff ff 7f]
-> 0xa: import section: length out of bounds: length 268435455, 0 bytes left
== exports: more than bytes
M 07[ff ff 7f]
-> 0xa: export section: length out of bounds: length 2097151, 0 bytes left
== a hundred thousand exports
M $t $f 07[u100000 *100000(08 %x 00 00)] <>
-> ok
== a hundred thousand exports, the last a name again
M $t $f 07[u100001 *100000(08 %x 00 00) 08 "00000000" 00 00] <>
-> 0x10c8fa: export section: duplicate export name: "00000000"
== 50000 locals
M $t $f 0a[01 [01 u50000 7f 0b]]
-> ok
== 50001 locals
M $t $f 0a[01 [01 u50001 7f 0b]]
-> 0x16: code section, func[0]+0x0: limit exceeded: 50001 locals, at most 50000: raise WICK_MAX_LOCALS
== 50001 locals with the parameters
M 01[01 60 01 7f 00] $f 0a[01 [01 u50000 7f 0b]]
-> 0x17: code section, func[0]+0x0: limit exceeded: 50001 locals, at most 50000: raise WICK_MAX_LOCALS
== a million locals by run-length
M $t $f 0a[01 [01 u1000000 7f 0b]]
-> 0x16: code section, func[0]+0x0: limit exceeded: 1000000 locals, at most 50000: raise WICK_MAX_LOCALS
== a million runs of no locals
M $t $f 0a[01 [u1000000 *1000000(00 7f) 0b]]
-> ok
== the last of many locals
M $t $f 0a[01 [02 u49999 7f 01 7e 42 00 21 u49999 0b]]
-> ok
== the last of many locals, of the wrong type
M $t $f 0a[01 [02 u49999 7f 01 7e 41 00 21 u49999 0b]]
-> 0x1f: code section, func[0]+0x9: type mismatch: instruction requires [i64] but stack has [i32]: local.set: expected i64, got i32
== the local behind many
M $t $f 0a[01 [01 u50000 7f 20 u50000 1a 0b]]
-> 0x1c: code section, func[0]+0x6: unknown local 50000: local.get
== the last of many locals that must be set
M $t $f 0a[01 [02 u49999 7f 01 64 70 20 u49999 1a 0b]]
-> 0x1f: code section, func[0]+0x9: uninitialized local: local.get: local 49999
== a million blocks in one another
M $t $f <*1000000(02 40) *1000000(0b)>
-> ok
== a million blocks in one another, one without an end
M $t $f <*1000000(02 40) *999999(0b)>
-> 0x2dc6dd: code section, func[0]+0x2dc6c1: unexpected end of section or function: 1 more bytes needed, 0 left
== a million loops and ifs in one another
M $t $f <*500000(03 40 41 00 04 40) *1000000(0b)>
-> ok
== a million tries in one another
M $t $f <*1000000(06 40) *1000000(0b)>
-> ok
== a br_table of a million labels
M $t $f <41 00 0e u1000000 *1000000(00) 00>
-> ok
== a br_table of a million labels, the last unknown
M $t $f <41 00 0e u1000000 *1000000(00) 01>
-> 0xf4261: code section, func[0]+0xf4247: unknown label: br_table: label 1, depth 1
== a br_table that alternates between two labels
M $t $f <02 40 41 00 0e u1000000 *500000(00 01) 00 0b>
-> ok
== labels of a thousand values each
M 01[02 60 00 00 60 00 u1000 *1000(7f)] $f <00 02 01 *1000(41 00) 41 00 0e u1000 *1000(00) 00 0b 00>
-> ok
== a body above the limit
M $t $f 0a[01 [00 *7654320(01) 0b]]
-> 0x18: code section: limit exceeded: 7654322 bytes of function body, at most 7654321: raise WICK_MAX_BODY_SIZE
== a body at the limit
M $t $f 0a[01 [00 *7654319(01) 0b]]
-> ok
== 10001 operands of array.new_fixed
M 01[02 60 00 00 5e 7f 00] $f <*10001(41 00) fb 08 01 u10001 1a>
-> 0x4e43: code section, func[0]+0x4e26: limit exceeded: array.new_fixed: 10001 operands of array.new_fixed, at most 10000: raise WICK_MAX_ARRAY_FIXED
== 10000 operands of array.new_fixed
M 01[02 60 00 00 5e 7f 00] $f <*10000(41 00) fb 08 01 u10000 1a>
-> ok
== a million operands
M $t $f <*1000000(41 00) *1000000(1a)>
-> ok
== a million and one operands
M $t $f <*1000001(41 00) *1000001(1a)>
-> 0x1e849d: code section, func[0]+0x1e8481: limit exceeded: 1000001 slots of operands, at most 1000000: raise WICK_MAX_OPERANDS
== operands by calls
M 01[02 60 00 00 60 00 u1000 *1000(7f)] 03[02 00 01] 0a[02 [00 *1001(10 01) 00 0b] [00 00 0b]]
-> 0xbd7: code section, func[0]+0x7d1: limit exceeded: call: 1001000 slots of operands, at most 1000000: raise WICK_MAX_OPERANDS
== 100001 catch clauses
M $t $f <1f 40 u100001 *100001(02 00) 0b>
-> 0x1d: code section, func[0]+0x3: limit exceeded: try_table: 100001 catch clauses, at most 100000: raise WICK_MAX_CATCHES
== 100000 catch clauses
M $t $f <1f 40 u100000 *100000(02 00) 0b>
-> ok
== a hundred thousand custom sections
M *100000(00 01 00)
-> ok
== element items: above the limit
M 09[01 01 00 u10000001 *10000001(00)]
-> 0x10: element section: limit exceeded: 10000001 table entries, at most 10000000: raise WICK_MAX_TABLE_ENTRIES
== an active element segment of a million items
M $t $f 04[01 70 00 00] 09[01 00 41 00 0b u1000000 *1000000(00)] <>
-> ok
== a constant expression of a hundred thousand additions
M 06[01 7f 00 41 00 *100000(41 01 6a) 0b]
-> ok
== a constant expression of a hundred thousand operands
M 06[01 7f 00 *100000(41 01) *99999(6a) 0b]
-> ok
== a memory minimum in the longest form
M 05[01 00 81 80 80 80 80 80 80 80 80 00]
-> ok
== a table index in the longest form
M $t $f 04[01 70 00 01] <41 00 11 80 80 80 80 00 80 80 80 80 00>
-> ok
