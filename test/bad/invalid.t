# Modules that are WebAssembly but do not validate.
let t = 01[01 60 00 00]
let f = 03[01 00]
let mem = 05[01 00 01]
let mem64 = 05[01 04 01]
let tab = 04[01 70 00 01]
let ii = 01[02 60 00 00 60 01 7f 01 7f]

== two results without the feature
features mvp
M 01[01 60 00 02 7f 7f]
-> 0xd: type section: invalid result arity: expected 1, got 2
== function of an unknown type
M 03[01 00] <>
-> 0xb: function section: unknown type 0: index 0, 0 types are defined here
== function of a struct type
M 01[01 5f 00] 03[01 00] <>
-> 0x10: function section: type mismatch: non-function type 0
== reference to an unknown type
M 01[01 60 01 63 01 00]
-> 0xe: type section: unknown type 1: index 1, 1 types are defined here
== forward reference out of the group
M 01[02 60 01 63 01 00 60 00 00]
-> 0xe: type section: unknown type 1: index 1, 1 types are defined here
== a group that refers to its members
M 01[01 4e 02 60 01 63 01 00 60 01 63 00 00]
-> ok
== super type that comes later
M 01[01 4e 02 50 01 01 60 00 00 60 00 00]
-> 0xf: type section: unknown type 1: index 1, 0 types are defined here
== two super types
M 01[02 50 00 60 00 00 50 02 00 00 60 00 00]
-> 0x11: type section: sub type has several super types: at most 1, got 2
== sub type of a final type
M 01[02 60 00 00 50 01 00 60 00 00]
-> 0xe: type section: sub type 1 does not match super type 0: the super type is final
== sub type with fewer fields
M 01[02 50 00 5f 01 7f 00 50 01 00 5f 00]
-> 0x11: type section: sub type 1 does not match super type 0
== sub type of another kind
M 01[02 50 00 5f 00 50 01 00 60 00 00]
-> 0xf: type section: sub type 1 does not match super type 0
== mutable field narrowed
M 01[02 50 00 5f 01 6e 01 50 01 00 5f 01 6d 01]
-> 0x11: type section: sub type 1 does not match super type 0
== immutable field narrowed
M 01[02 50 00 5f 01 6e 00 50 01 00 5f 01 6d 00]
-> ok
== import of a function of an unknown type
M 02[01 @"a" @"b" 00 00]
-> 0x10: import section: unknown type 0: index 0, 0 types are defined here
== imported tag with results
features mvp,exception-handling,gc,reference-types,function-references
M 01[01 60 00 01 7f] 02[01 @"a" @"b" 04 00 00]
-> 0x18: import section: non-empty tag result type
== tag with results
features mvp,exception-handling,gc,reference-types,function-references
M 01[01 60 00 01 7f] 0d[01 00 00]
-> 0x13: tag section: non-empty tag result type
== page size of 2 bytes
M 05[01 08 00 01]
-> 0xd: memory section: invalid custom page size: 1 or 65536 bytes, got 2^1
== page size of 128 KiB
M 05[01 08 00 11]
-> 0xd: memory section: invalid custom page size: 1 or 65536 bytes, got 2^17
== page size of 2^64 bytes
M 05[01 08 00 40]
-> 0xd: memory section: invalid custom page size: 1 or 65536 bytes, got 2^64
== page size of 64 KiB in so many words
M 05[01 08 00 10]
-> ok
== memory of 2^32 pages of a byte
M 05[01 08 u4294967296 00]
-> 0xc: memory section: memory size must be at most 2^32-1 pages of 1 byte: got 4294967296 pages
== memory of at most 2^32 pages of a byte
M 05[01 09 00 u4294967296 00]
-> 0xd: memory section: memory size must be at most 2^32-1 pages of 1 byte: got 4294967296 pages
== memory of 2^32-1 pages of a byte
M 05[01 08 u4294967295 00]
-> ok
== 64-bit memory of 2^64-1 pages of a byte
M 05[01 0c ff ff ff ff ff ff ff ff ff 01 00]
-> ok
== shared memory of bytes without maximum
M 05[01 0a 01 00]
-> 0xb: memory section: shared memory must have maximum
== imported memory of 65537 pages with a page size
M 02[01 @"a" @"b" 02 08 u65537 10]
-> 0x11: import section: memory size must be at most 65536 pages (4GiB): got 65537 pages
== compact imports of an unknown type
M $t 02[01 @"a" 00 7e 00 01 01 @"b"]
-> 0x16: import section: unknown type 1: index 1, 1 types are defined here
== two compact memories of one type without the feature for several
features mvp,compact-imports
M 02[01 @"a" 00 7e 02 00 01 02 @"b" @"c"]
-> 0x15: import section: multiple memories
== wide addition of too few operands
M $t $f < 42 00 42 00 42 00 fc 13 1a 1a >
-> 0x1d: code section, func[0]+0x7: type mismatch: instruction requires [i64] but stack has []: i64.add128: expected i64, got nothing
== wide addition of an i32
M $t $f < 42 00 42 00 41 00 42 00 fc 13 1a 1a >
-> 0x1f: code section, func[0]+0x9: type mismatch: instruction requires [i64] but stack has [i32]: i64.add128: expected i64, got i32
== wide multiplication has two results
M $t $f < 42 00 42 00 fc 16 1a >
-> 0x1e: code section, func[0]+0x8: type mismatch: block requires [] but stack has [i64]: end: values are left over
== wide arithmetic without the feature
features mvp
M $t $f < 42 00 42 00 fc 15 1a 1a >
-> 0x1b: code section, func[0]+0x5: illegal opcode fc 21
== memory of 65537 pages
M 05[01 00 81 80 04]
-> 0xc: memory section: memory size must be at most 65536 pages (4GiB): got 65537 pages
== memory whose maximum is 65537 pages
M 05[01 01 00 81 80 04]
-> 0xd: memory section: memory size must be at most 65536 pages (4GiB): got 65537 pages
== memory64 above 2 to the 48 pages
M 05[01 04 81 80 80 80 80 80 40]
-> 0xc: memory section: memory size must be at most 2^48 pages: got 281474976710657 pages
== memory whose minimum is above its maximum
M 05[01 01 02 01]
-> 0xd: memory section: size minimum must not be greater than maximum: minimum 2, maximum 1
== shared memory without maximum
M 05[01 02 01]
-> 0xb: memory section: shared memory must have maximum
== two memories without the feature
features mvp
M 05[02 00 01 00 01]
-> 0xa: memory section: multiple memories
== table above 2 to the 32 entries
M 04[01 70 00 80 80 80 80 10]
-> 0xd: table section: table size must be at most 2^32-1: got 4294967296
== table whose minimum is above its maximum
M 04[01 70 01 02 01]
-> 0xe: table section: size minimum must not be greater than maximum: minimum 2, maximum 1
== two tables without the feature
features mvp
M 04[02 70 00 01 70 00 01]
-> 0xa: table section: multiple tables
== table of non-null references without initialiser
M 04[01 64 70 00 01]
-> 0xb: table section: type mismatch: type is not defaultable: (ref func)
== table initialiser of the wrong type
M 04[01 40 00 70 00 01 d0 6f 0b]
-> 0x12: table section: type mismatch: instruction requires [funcref] but stack has [externref]: end: expected funcref, got externref
== table initialiser that names a global of the module
M 04[01 40 00 70 00 01 23 00 0b] 06[01 70 00 d0 70 0b]
-> 0x11: table section: unknown global 0: global.get
== global of the wrong type
M 06[01 7f 00 42 00 0b]
-> 0xf: global section: type mismatch: instruction requires [i32] but stack has [i64]: end: expected i32, got i64
== global of no value
M 06[01 7f 00 0b]
-> 0xd: global section: type mismatch: instruction requires [i32] but stack has []: end: expected i32, got nothing
== global of two values
M 06[01 7f 00 41 00 41 01 0b]
-> 0x11: global section: type mismatch: block requires [] but stack has [i32]: end: values are left over
== global that names itself
M 06[01 7f 00 23 00 0b]
-> 0xe: global section: unknown global 0: global.get
== global that names a mutable one
M 06[02 7f 01 41 00 0b 7f 00 23 00 0b]
-> 0x12: global section: constant expression required: global.get
== global that names an earlier one without the feature
features mvp
M 06[02 7f 00 41 00 0b 7f 00 23 00 0b]
-> 0x12: global section: constant expression required: global.get
== global with a division
M 06[01 7f 00 41 01 41 01 6d 0b]
-> 0x11: global section: constant expression required: i32.div_s
== global with an addition without the feature
features mvp
M 06[01 7f 00 41 01 41 01 6a 0b]
-> 0x11: global section: constant expression required: i32.add
== global with an addition of i64 to i32
M 06[01 7f 00 41 01 42 01 6a 0b]
-> 0x11: global section: type mismatch: instruction requires [i32] but stack has [i64]: i32.add: expected i32, got i64
== global that refers to an unknown function
M 06[01 70 00 d2 00 0b]
-> 0xe: global section: unknown function 0: ref.func
== global with a struct of too few fields
M 01[01 5f 02 7f 00 7e 00] 06[01 6e 00 41 00 fb 00 00 0b]
-> 0x18: global section: type mismatch: instruction requires [i64] but stack has [i32]: struct.new: expected i64, got i32
== global with a struct that has no default
M 01[01 5f 01 64 6e 00] 06[01 6e 00 fb 01 00 0b]
-> 0x15: global section: type mismatch: type is not defaultable: (ref any): struct.new_default
== global with an array of a struct type
M 01[01 5f 00] 06[01 6e 00 41 00 fb 07 00 0b]
-> 0x16: global section: type mismatch: non-array type 0: array.new_default
== export of an unknown function
M 07[01 @"a" 00 00]
-> 0xe: export section: unknown function 0
== export of an unknown table
M 07[01 @"a" 01 00]
-> 0xe: export section: unknown table 0
== export of an unknown memory
M 07[01 @"a" 02 00]
-> 0xe: export section: unknown memory 0
== export of an unknown global
M 07[01 @"a" 03 00]
-> 0xe: export section: unknown global 0
== export of an unknown tag
M 07[01 @"a" 04 00]
-> 0xe: export section: unknown tag 0
== one name exported twice
M $t $f 07[03 @"a" 00 00 @"b" 00 00 @"a" 00 00] <>
-> 0x1e: export section: duplicate export name: "a"
== the empty name exported twice
M $t $f 07[02 00 00 00 00 00 00] <>
-> 0x19: export section: duplicate export name: ""
== a name that is another's beginning
M $t $f 07[02 @"ab" 00 00 @"a" 00 00] <>
-> ok
== start function unknown
M 08[00]
-> 0xa: start section: unknown function 0
== start function with a parameter
M 01[01 60 01 7f 00] $f 08[00] <>
-> 0x15: start section: start function: needs the type [] -> []
== element segment for an unknown table
M 09[01 00 41 00 0b 00]
-> 0xb: element section: unknown table 0
== element segment at an i64
M $tab 09[01 00 42 00 0b 00]
-> 0x14: element section: type mismatch: instruction requires [i32] but stack has [i64]: end: expected i32, got i64
== element segment with an unknown function
M $tab 09[01 00 41 00 0b 01 00]
-> 0x16: element section: unknown function 0
== element segment of externref for a table of funcref
M $tab 09[01 06 00 41 00 0b 6f 00]
-> 0x16: element section: type mismatch: type does not match: expected funcref, got externref
== element expression of the wrong type
M 09[01 05 70 01 d0 6f 0b]
-> 0x10: element section: type mismatch: instruction requires [funcref] but stack has [externref]: end: expected funcref, got externref
== data segment without memory
M 0b[01 00 41 00 0b 00]
-> 0xb: data section: unknown memory 0
== data segment for memory 1
M $mem 0b[01 02 01 41 00 0b 00]
-> 0x11: data section: unknown memory 1
== data segment at an i64
M $mem 0b[01 00 42 00 0b 00]
-> 0x13: data section: type mismatch: instruction requires [i32] but stack has [i64]: end: expected i32, got i64
== data segment of a memory64 at an i32
M $mem64 0b[01 00 41 00 0b 00]
-> 0x13: data section: type mismatch: instruction requires [i64] but stack has [i32]: end: expected i64, got i32
== add with one operand
M $t $f <41 00 6a 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [i32] but stack has []: i32.add: expected i32, got nothing
== add with none
M $t $f <6a 1a>
-> 0x17: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: i32.add: expected i32, got nothing
== add of i64 and i32
M $t $f <42 00 41 00 6a 1a>
-> 0x1b: code section, func[0]+0x5: type mismatch: instruction requires [i32] but stack has [i64]: i32.add: expected i32, got i64
== add of i32 and i64
M $t $f <41 00 42 00 6a 1a>
-> 0x1b: code section, func[0]+0x5: type mismatch: instruction requires [i32] but stack has [i64]: i32.add: expected i32, got i64
== operand left over
M $t $f <41 00>
-> 0x19: code section, func[0]+0x3: type mismatch: block requires [] but stack has [i32]: end: values are left over
== result missing
M 01[01 60 00 01 7f] $f <>
-> 0x18: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: end: expected i32, got nothing
== result of the wrong type
M 01[01 60 00 01 7f] $f <43 00 00 00 00>
-> 0x1d: code section, func[0]+0x6: type mismatch: instruction requires [i32] but stack has [f32]: end: expected i32, got f32
== drop of nothing
M $t $f <1a>
-> 0x17: code section, func[0]+0x1: type mismatch: instruction requires a value but stack has []: drop: expected a value, got nothing
== block that takes what is outside
M $t $f <41 00 02 40 1a 0b>
-> 0x1b: code section, func[0]+0x5: type mismatch: instruction requires a value but stack has []: drop: expected a value, got nothing
== block result missing
M $t $f <02 7f 0b 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [i32] but stack has []: end: expected i32, got nothing
== block result of the wrong type
M $t $f <02 7f 42 00 0b 1a>
-> 0x1b: code section, func[0]+0x5: type mismatch: instruction requires [i32] but stack has [i64]: end: expected i32, got i64
== loop with a value too many
M $t $f <03 40 41 00 0b>
-> 0x1b: code section, func[0]+0x5: type mismatch: block requires [] but stack has [i32]: end: values are left over
== if without a condition
M $t $f <04 40 0b>
-> 0x17: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: if: expected i32, got nothing
== if with a result but no else
M $t $f <41 00 04 7f 41 00 0b 1a>
-> 0x1d: code section, func[0]+0x7: type mismatch: if without else needs the same parameter and result types: end
== else of the wrong type
M $t $f <41 00 04 7f 41 00 05 42 00 0b 1a>
-> 0x20: code section, func[0]+0xa: type mismatch: instruction requires [i32] but stack has [i64]: end: expected i32, got i64
== block type unknown
M $t $f <02 01 0b>
-> 0x18: code section, func[0]+0x2: unknown type 1: block: index 1, 1 types are defined here
== block type of a struct
M 01[02 60 00 00 5f 00] $f <02 01 0b>
-> 0x1a: code section, func[0]+0x2: type mismatch: non-function type 1: block
== block parameter missing
M $ii $f <02 01 0b 1a>
-> 0x1c: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: block: expected i32, got nothing
== unknown label
M $t $f <0c 01>
-> 0x18: code section, func[0]+0x2: unknown label: br: label 1, depth 1
== br without its value
M 01[01 60 00 01 7f] $f <0c 00>
-> 0x18: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: br: expected i32, got nothing
== br_if without a condition
M $t $f <0d 00>
-> 0x17: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: br_if: expected i32, got nothing
== br_table with labels of different arity
M $t $f <02 7f 02 40 41 00 41 00 0e 01 00 01 0b 41 00 0b 1a>
-> 0x22: code section, func[0]+0xc: type mismatch: labels have inconsistent types: br_table: number of label types: expected 0, got 1
== br_table with labels of different types
M $t $f <02 7f 02 7e 41 00 41 00 0e 01 00 01 0b 1a 41 00 0b 1a>
-> 0x21: code section, func[0]+0xb: type mismatch: instruction requires [i64] but stack has [i32]: br_table: expected i64, got i32
== code behind a branch has types too
M $t $f <00 42 00 41 00 6a 1a>
-> 0x1c: code section, func[0]+0x6: type mismatch: instruction requires [i32] but stack has [i64]: i32.add: expected i32, got i64
== code behind a branch takes what it needs
M $t $f <00 6a 1a 1b 1a>
-> ok
== unknown local
M $t $f <20 00 1a>
-> 0x18: code section, func[0]+0x2: unknown local 0: local.get
== local of the wrong type
M $t $f 0a[01 [01 01 7e 41 00 21 00 0b]]
-> 0x1b: code section, func[0]+0x5: type mismatch: instruction requires [i64] but stack has [i32]: local.set: expected i64, got i32
== local.tee of nothing
M $t $f 0a[01 [01 01 7e 22 00 1a 0b]]
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [i64] but stack has []: local.tee: expected i64, got nothing
== local of a non-null reference read before it is set
M $t $f 0a[01 [01 01 64 70 20 00 1a 0b]]
-> 0x1b: code section, func[0]+0x5: uninitialized local: local.get: local 0
== local set in a block is not set behind it
M $t $f 07[01 @"f" 00 00] 0a[01 [01 01 64 70 02 40 d2 00 21 00 0b 20 00 1a 0b]]
-> 0x29: code section, func[0]+0xc: uninitialized local: local.get: local 0
== local set in one half of an if
M $t $f 07[01 @"f" 00 00] 0a[01 [01 01 64 70 41 00 04 40 d2 00 21 00 05 0b 20 00 1a 0b]]
-> 0x2c: code section, func[0]+0xf: uninitialized local: local.get: local 0
== unknown global
M $t $f <23 00 1a>
-> 0x18: code section, func[0]+0x2: unknown global 0: global.get
== immutable global set
M $t $f 06[01 7f 00 41 00 0b] <41 00 24 00>
-> 0x22: code section, func[0]+0x4: immutable global: global.set: global 0
== global set to the wrong type
M $t $f 06[01 7f 01 41 00 0b] <42 00 24 00>
-> 0x21: code section, func[0]+0x3: type mismatch: instruction requires [i32] but stack has [i64]: global.set: expected i32, got i64
== load without memory
M $t $f <41 00 28 02 00 1a>
-> 0x1a: code section, func[0]+0x4: unknown memory 0: i32.load
== load at an i64
M $t $f $mem <42 00 28 02 00 1a>
-> 0x1e: code section, func[0]+0x3: type mismatch: instruction requires [i32] but stack has [i64]: i32.load: expected i32, got i64
== load of a memory64 at an i32
M $t $f $mem64 <41 00 28 02 00 1a>
-> 0x1e: code section, func[0]+0x3: type mismatch: instruction requires [i64] but stack has [i32]: i32.load: expected i64, got i32
== load from memory 1
M $t $f $mem <41 00 28 42 01 00 1a>
-> 0x20: code section, func[0]+0x5: unknown memory 1: i32.load
== load aligned above its width
M $t $f $mem <41 00 28 03 00 1a>
-> 0x1f: code section, func[0]+0x4: alignment must not be larger than natural: i32.load: at most 2^2, got 2^3
== alignment 2 to the 63
M $t $f $mem <41 00 28 3f 00 1a>
-> 0x1f: code section, func[0]+0x4: alignment must not be larger than natural: i32.load: at most 2^2, got 2^63
== offset above 32 bits
M $t $f $mem <41 00 28 02 80 80 80 80 10 1a>
-> 0x20: code section, func[0]+0x5: offset out of range: i32.load: offset 4294967296
== offset above 32 bits in a memory64
M $t $f $mem64 <42 00 28 02 80 80 80 80 10 1a>
-> ok
== store of the wrong type
M $t $f $mem <41 00 42 00 36 02 00>
-> 0x20: code section, func[0]+0x5: type mismatch: instruction requires [i32] but stack has [i64]: i32.store: expected i32, got i64
== atomic aligned below its width
M $t $f $mem <41 00 fe 10 01 00 1a>
-> 0x20: code section, func[0]+0x5: atomic alignment must be natural: i32.atomic.load: expected 2^2, got 2^1
== atomic add of the wrong type
M $t $f $mem <41 00 42 00 fe 1e 02 00 1a>
-> 0x20: code section, func[0]+0x5: type mismatch: instruction requires [i32] but stack has [i64]: i32.atomic.rmw.add: expected i32, got i64
== memory.grow by an i64
M $t $f $mem <42 00 40 00 1a>
-> 0x1e: code section, func[0]+0x3: type mismatch: instruction requires [i32] but stack has [i64]: memory.grow: expected i32, got i64
== memory.copy without memory
M $t $f <41 00 41 00 41 00 fc 0a 00 00>
-> 0x1f: code section, func[0]+0x9: unknown memory 0: memory.copy
== memory.init of unknown data
M $t $f $mem 0c[00] <41 00 41 00 41 00 fc 08 00 00>
-> 0x27: code section, func[0]+0x9: unknown data segment 0: memory.init
== data.drop of unknown data
M $t $f 0c[00] <fc 09 00>
-> 0x1c: code section, func[0]+0x3: unknown data segment 0: data.drop
== elem.drop of an unknown segment
M $t $f <fc 0d 00>
-> 0x19: code section, func[0]+0x3: unknown elem segment 0: elem.drop
== table.get without table
M $t $f <41 00 25 00 1a>
-> 0x1a: code section, func[0]+0x4: unknown table 0: table.get
== table.set of the wrong type
M $t $f $tab <41 00 d0 6f 26 00>
-> 0x21: code section, func[0]+0x5: type mismatch: instruction requires [funcref] but stack has [externref]: table.set: expected funcref, got externref
== table.copy between types
M $t $f 04[02 70 00 01 6f 00 01] <41 00 41 00 41 00 fc 0e 00 01>
-> 0x29: code section, func[0]+0xa: type mismatch: type does not match: table.copy: expected funcref, got externref
== table.init of an unknown segment
M $t $f $tab <41 00 41 00 41 00 fc 0c 00 00>
-> 0x25: code section, func[0]+0x9: unknown elem segment 0: table.init
== table.init of the wrong type
M $t $f $tab 09[01 05 6f 00] <41 00 41 00 41 00 fc 0c 00 00>
-> 0x2b: code section, func[0]+0x9: type mismatch: type does not match: table.init: expected funcref, got externref
== call of an unknown function
M $t $f <10 01>
-> 0x18: code section, func[0]+0x2: unknown function 1: call
== call without arguments
M $ii 03[02 00 01] 0a[02 [00 10 01 1a 0b] [00 20 00 0b]]
-> 0x1d: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: call: expected i32, got nothing
== call_indirect without table
M $t $f <41 00 11 00 00>
-> 0x1b: code section, func[0]+0x5: unknown table 0: call_indirect
== call_indirect of an unknown type
M $t $f $tab <41 00 11 01 00>
-> 0x20: code section, func[0]+0x4: unknown type 1: call_indirect: index 1, 1 types are defined here
== call_indirect through a table of externref
M $t $f 04[01 6f 00 01] <41 00 11 00 00>
-> 0x21: code section, func[0]+0x5: type mismatch: type does not match: call_indirect: expected funcref, got externref
== call_indirect without an index
M $t $f $tab <11 00 00>
-> 0x1d: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: call_indirect: expected i32, got nothing
== tail call with other results
M $ii 03[02 00 01] 0a[02 [00 41 00 12 01 0b] [00 20 00 0b]]
-> 0x1f: code section, func[0]+0x3: type mismatch: callee and function have different numbers of results: return_call: expected 0, got 1
== call_ref of the wrong type
M $ii $f <d0 01 14 00>
-> 0x1e: code section, func[0]+0x3: type mismatch: instruction requires [(ref null 0)] but stack has [(ref null 1)]: call_ref: expected (ref null 0), got (ref null 1)
== call_ref of a struct type
M 01[02 60 00 00 5f 00] $f <d0 01 14 01>
-> 0x1c: code section, func[0]+0x4: type mismatch: non-function type 1: call_ref
== undeclared function reference
M $t $f <d2 00 1a>
-> 0x18: code section, func[0]+0x2: undeclared function reference: ref.func: function 0
== ref.func of an unknown function
M $t $f <d2 07 1a>
-> 0x18: code section, func[0]+0x2: unknown function 7: ref.func
== ref.is_null of a number
M $t $f <41 00 d1 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires a reference but stack has [i32]: ref.is_null: expected a reference, got i32
== ref.null of an unknown type
M $t $f <d0 05 1a>
-> 0x18: code section, func[0]+0x2: unknown type 5: ref.null: index 5, 1 types are defined here
== select of references without a type
M $t $f <d0 70 d0 70 41 00 1b 1a>
-> 0x1d: code section, func[0]+0x7: type mismatch: select without a type takes no reference: select: expected a number or vector, got funcref
== select of two types
M $t $f <41 00 42 00 41 00 1b 1a>
-> 0x1d: code section, func[0]+0x7: type mismatch: instruction requires [i32] but stack has [i64]: select: expected i32, got i64
== select with two types
M $t $f <41 00 41 00 41 00 1c 02 7f 7f 1a>
-> 0x1e: code section, func[0]+0x8: invalid result arity: select: expected 1, got 2
== select of the wrong type
M $t $f <41 00 41 00 41 00 1c 01 7e 1a>
-> 0x1d: code section, func[0]+0x7: type mismatch: instruction requires [i64] but stack has [i32]: select: expected i64, got i32
== lane index
M $t $f <fd 0c *16(00) fd 15 10 1a>
-> 0x2b: code section, func[0]+0x15: invalid lane index: i8x16.extract_lane_s: at most 15, got 16
== shuffle lane
M $t $f <fd 0c *16(00) fd 0c *16(00) fd 0d *15(00) 20 1a>
-> 0x4c: code section, func[0]+0x36: invalid lane index: i8x16.shuffle: at most 31, got 32
== lane of a lane load
M $t $f $mem <41 00 fd 0c *16(00) fd 54 00 00 10 1a>
-> 0x34: code section, func[0]+0x19: invalid lane index: v128.load8_lane: at most 15, got 16
== vector where a number should be
M $t $f <fd 0c *16(00) 45 1a>
-> 0x29: code section, func[0]+0x13: type mismatch: instruction requires [i32] but stack has [v128]: i32.eqz: expected i32, got v128
== throw of an unknown tag
M $t $f <08 00>
-> 0x18: code section, func[0]+0x2: unknown tag 0: throw
== throw without its value
M 01[02 60 00 00 60 01 7f 00] $f 0d[01 00 01] <08 00>
-> 0x20: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: throw: expected i32, got nothing
== throw_ref of a number
M $t $f <41 00 0a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [exnref] but stack has [i32]: throw_ref: expected exnref, got i32
== catch to an unknown label
M $t $f <1f 40 01 02 05 0b>
-> 0x1b: code section, func[0]+0x5: unknown label: try_table: label 5, depth 1
== catch to a label of another arity
M 01[02 60 00 00 60 01 7f 00] $f 0d[01 00 01] <1f 40 01 00 00 00 0b>
-> 0x25: code section, func[0]+0x6: type mismatch: catch clause and label have different numbers of types: try_table: expected 0, got 1
== catch to a label of another type
M 01[02 60 00 00 60 01 7f 00] $f 0d[01 00 01] <02 7e 1f 40 01 00 00 00 0b 42 00 0b 1a>
-> 0x27: code section, func[0]+0x8: type mismatch: type does not match: try_table: expected i64, got i32
== catch_all_ref to a label of funcref
M $t $f <02 70 1f 40 01 03 00 0b d0 70 0b 1a>
-> 0x1d: code section, func[0]+0x7: type mismatch: type does not match: try_table: expected funcref, got (ref exn)
== rethrow outside a catch
M $t $f <02 40 09 00 0b>
-> 0x1a: code section, func[0]+0x4: invalid rethrow label: rethrow: label 0
== delegate to an unknown label
M $t $f <06 40 18 01>
-> 0x1a: code section, func[0]+0x4: unknown label: delegate: label 1, depth 1
== catch with a value too many
M $t $f 0d[01 00 00] <06 40 07 00 41 00 0b>
-> 0x22: code section, func[0]+0x7: type mismatch: block requires [] but stack has [i32]: end: values are left over
== struct.new of a function type
M $t $f <fb 00 00 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: non-structure type 0: struct.new
== struct.get of an unknown field
M 01[02 60 00 00 5f 01 7f 00] $f <d0 01 fb 02 01 01 1a>
-> 0x20: code section, func[0]+0x6: unknown field 1: struct.get
== struct.get of a packed field
M 01[02 60 00 00 5f 01 78 00] $f <d0 01 fb 02 01 00 1a>
-> 0x1d: code section, func[0]+0x3: type mismatch: field is packed: the instruction needs _s or _u: struct.get
== struct.get_s of an i32
M 01[02 60 00 00 5f 01 7f 00] $f <d0 01 fb 03 01 00 1a>
-> 0x1d: code section, func[0]+0x3: type mismatch: field is unpacked: the instruction must not have _s or _u: struct.get_s
== struct.set of an immutable field
M 01[02 60 00 00 5f 01 7f 00] $f <d0 01 41 00 fb 05 01 00>
-> 0x22: code section, func[0]+0x8: immutable field: struct.set: field 0
== struct.new_default without default
M 01[02 60 00 00 5f 01 64 6e 00] $f <fb 01 01 1a>
-> 0x1c: code section, func[0]+0x1: type mismatch: type is not defaultable: (ref any): struct.new_default
== array.set of an immutable array
M 01[02 60 00 00 5e 7f 00] $f <d0 01 41 00 41 00 fb 0e 01>
-> 0x22: code section, func[0]+0x9: immutable array: array.set
== array.new_data of references
M 01[02 60 00 00 5e 6e 00] $f 0c[01] <41 00 41 00 fb 09 01 00 1a> 0b[01 01 00]
-> 0x21: code section, func[0]+0x5: array type is not numeric or vector: array.new_data
== array.copy of different types
M 01[03 60 00 00 5e 7f 01 5e 7e 01] $f <d0 01 41 00 d0 02 41 00 41 00 fb 11 01 02>
-> 0x2a: code section, func[0]+0xe: array types do not match: array.copy
== array.new_elem of the wrong type
M 01[02 60 00 00 5e 6f 01] $f 09[01 05 70 00] <41 00 41 00 fb 0a 01 00 1a>
-> 0x27: code section, func[0]+0x8: type mismatch: type does not match: array.new_elem: expected externref, got funcref
== array.len of a struct
M 01[02 60 00 00 5f 00] $f <d0 01 fb 0f 1a>
-> 0x1b: code section, func[0]+0x3: type mismatch: instruction requires [arrayref] but stack has [(ref null 1)]: array.len: expected arrayref, got (ref null 1)
== ref.cast between hierarchies
M $t $f <d0 70 fb 17 6e 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [anyref] but stack has [funcref]: ref.cast: expected anyref, got funcref
== br_on_cast to a type that is not below
M $t $f <02 6d d0 6c fb 18 03 00 6c 6d 0b 1a>
-> 0x20: code section, func[0]+0xa: type mismatch: type does not match: br_on_cast: expected i31ref, got eqref
== br_on_null of a number
M $t $f <41 00 d5 00>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires a reference but stack has [i32]: br_on_null: expected a reference, got i32
== br_on_non_null to a label without a reference
M $t $f <02 7f d0 70 d6 00 41 00 0b 1a>
-> 0x1c: code section, func[0]+0x6: type mismatch: type does not match: br_on_non_null: expected i32, got (ref func)
== ref.eq of externref
M $t $f <d0 6f d0 6f d3 1a>
-> 0x1b: code section, func[0]+0x5: type mismatch: instruction requires [eqref] but stack has [externref]: ref.eq: expected eqref, got externref
== any.convert_extern of anyref
M $t $f <d0 6e fb 1a 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [externref] but stack has [anyref]: any.convert_extern: expected externref, got anyref
== i31.get_s of eqref
M $t $f <d0 6d fb 1d 1a>
-> 0x19: code section, func[0]+0x3: type mismatch: instruction requires [i31ref] but stack has [eqref]: i31.get_s: expected i31ref, got eqref
== invalid twice: the first counts
M $t 03[02 00 00] 0a[02 [00 6a 0b] [00 1a 0b]]
-> 0x18: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: i32.add: expected i32, got nothing
== br_on_non_null to a label without types
M $t $f <d0 70 d6 00>
-> 0x1a: code section, func[0]+0x4: type mismatch: label carries no reference: br_on_non_null: expected (ref func), got nothing
== br_on_cast to a label without types
M $t $f <d0 6d fb 18 03 00 6d 6c 1a>
-> 0x1c: code section, func[0]+0x6: type mismatch: label carries no reference: br_on_cast: expected i31ref, got nothing

# ---- stack switching ----------------------------------------------------------------------------------------------
# types: 0 func, 1 cont 0, 2 func i32 -> i64, 3 cont 2; tags: 0 [] -> [], 1 [i32] -> [i64]
let ct = 01[04 60 00 00 5d 00 60 01 7f 01 7e 5d 02]
let tags = 0d[02 00 00 00 02]
== tag with results, with continuations
M 01[01 60 00 01 7f] 0d[01 00 00]
-> ok
== throw of a tag with results
M $ct $f $tags < 41 00 08 01 >
-> 0x2a: code section, func[0]+0x4: non-empty tag result type: throw
== catch of a tag with results
M $ct $f $tags < 02 40 1f 40 01 00 01 00 0b 0b >
-> 0x2d: code section, func[0]+0x7: non-empty tag result type: try_table
== continuation type of an unknown type
M 01[01 5d 01]
-> 0xc: type section: unknown type 1: index 1, 1 types are defined here
== continuation type of itself
M 01[01 5d 00]
-> 0xb: type section: non-function type 0: of a continuation type
== continuation type of a struct type
M 01[02 5f 00 5d 00]
-> 0xd: type section: non-function type 0: of a continuation type
== continuation type of a function type further on in its group
M 01[01 4e 02 5d 01 60 01 64 00 00]
-> ok
== continuation type of a subtype's
M 01[05 50 00 60 00 01 63 6d 50 01 00 60 00 01 64 6d 50 00 5d 00 50 01 02 5d 01 50 01 03 5d 00]
-> 0x23: type section: sub type 4 does not match super type 3
== continuation type below a function type
M 01[02 50 00 60 00 00 50 01 00 5d 00]
-> 0x10: type section: sub type 1 does not match super type 0
== cont.new of a function type
M $ct $f $tags < d0 00 e0 00 1a >
-> 0x2a: code section, func[0]+0x4: non-continuation type 0: cont.new
== cont.new of an unknown type
M $ct $f $tags < d0 00 e0 04 1a >
-> 0x2a: code section, func[0]+0x4: unknown type 4: cont.new: index 4, 4 types are defined here
== cont.new of a continuation
M $ct $f $tags < d0 01 e0 01 1a >
-> 0x29: code section, func[0]+0x3: type mismatch: instruction requires [(ref null 0)] but stack has [(ref null 1)]: cont.new: expected (ref null 0), got (ref null 1)
== cont.bind that adds parameters
M $ct $f $tags < d0 01 e1 01 03 1a >
-> 0x2b: code section, func[0]+0x5: type mismatch in continuation type: different numbers of types: cont.bind: expected 0, got 1
== cont.bind to other results
M $ct $f $tags < 41 00 d0 03 e1 03 01 1a >
-> 0x2d: code section, func[0]+0x7: type mismatch in continuation type: different numbers of types: cont.bind: expected 0, got 1
== cont.bind to itself
M $ct $f $tags < d0 03 e1 03 03 1a >
-> ok
== resume without its argument
M $ct $f $tags < d0 03 e3 03 00 1a >
-> 0x29: code section, func[0]+0x3: type mismatch: instruction requires [i32] but stack has []: resume: expected i32, got nothing
== resume of something else
M $ct $f $tags < d0 00 e3 01 00 >
-> 0x29: code section, func[0]+0x3: type mismatch: instruction requires [(ref null 1)] but stack has [(ref null 0)]: resume: expected (ref null 1), got (ref null 0)
== resume with a clause of an unknown kind
M $ct $f $tags < d0 01 e3 01 01 02 00 00 >
-> 0x2c: code section, func[0]+0x6: malformed handler clause: resume: expected at most 1, got 2
== resume with an unknown tag
M $ct $f $tags < d0 01 e3 01 01 00 02 00 >
-> 0x2d: code section, func[0]+0x7: unknown tag 2: resume
== resume with an unknown label
M $ct $f $tags < d0 01 e3 01 01 00 00 01 >
-> 0x2e: code section, func[0]+0x8: unknown label: resume: label 1, depth 1
== handler label without types
M $ct $f $tags < d0 01 e3 01 01 00 00 00 >
-> 0x2e: code section, func[0]+0x8: type mismatch: handler clause and label have different numbers of types: resume: expected 1, got 0
== handler label without a continuation
M $ct $f $tags < 02 7f d0 01 e3 01 01 00 00 00 00 0b 1a >
-> 0x30: code section, func[0]+0xa: type mismatch: instruction requires concrete continuation reference type but label has [i32]: resume
== handler label with any continuation
M $ct $f $tags < 02 68 d0 01 e3 01 01 00 00 00 00 0b 1a >
-> 0x30: code section, func[0]+0xa: type mismatch: instruction requires concrete continuation reference type but label has [contref]: resume
== handler label with a function reference
M $ct $f $tags < 02 63 00 d0 01 e3 01 01 00 00 00 00 0b 1a >
-> 0x31: code section, func[0]+0xb: non-continuation type 0: resume
== handler label with too few types
M $ct $f $tags < 02 63 01 d0 01 e3 01 01 00 01 00 00 0b 1a >
-> 0x31: code section, func[0]+0xb: type mismatch: handler clause and label have different numbers of types: resume: expected 2, got 1
== handler label whose continuation takes other types than the tag gives
M $ct $f $tags < 02 63 03 d0 01 e3 01 01 00 00 00 00 0b 1a >
-> 0x31: code section, func[0]+0xb: type mismatch in continuation type: different numbers of types: resume: expected 0, got 1
== handler label whose continuation gives other types than what is resumed
M 01[06 60 00 00 5d 00 60 01 7f 01 7e 5d 02 60 00 01 7e 5d 04] $f $tags < 02 63 01 d0 05 e3 05 01 00 00 00 00 0b 1a >
-> 0x37: code section, func[0]+0xb: type mismatch in continuation type: different numbers of types: resume: expected 0, got 1
== (on tag switch) of a tag with parameters
M $ct $f $tags < d0 01 e3 01 01 01 01 >
-> 0x2d: code section, func[0]+0x7: type mismatch in switch tag: it has parameters: resume: expected 0, got 1
== (on tag switch) of a tag with other results than what is resumed
M $ct $f $tags < 41 00 d0 03 e3 03 01 01 00 1a >
-> 0x2f: code section, func[0]+0x9: type mismatch in switch tag: different numbers of results: resume: expected 1, got 0
== resume_throw of an unknown tag
M $ct $f $tags < d0 01 e4 01 02 00 >
-> 0x2b: code section, func[0]+0x5: unknown tag 2: resume_throw
== resume_throw of a tag with results
M $ct $f $tags < 41 00 d0 01 e4 01 01 00 >
-> 0x2d: code section, func[0]+0x7: non-empty tag result type: resume_throw
== resume_throw_ref without an exception
M $ct $f $tags < d0 01 e5 01 00 >
-> 0x29: code section, func[0]+0x3: type mismatch: instruction requires [exnref] but stack has []: resume_throw_ref: expected exnref, got nothing
== suspend of an unknown tag
M $ct $f $tags < e2 02 >
-> 0x28: code section, func[0]+0x2: unknown tag 2: suspend
== suspend without its argument
M $ct $f $tags < e2 01 1a >
-> 0x27: code section, func[0]+0x1: type mismatch: instruction requires [i32] but stack has []: suspend: expected i32, got nothing
== suspend gives what its tag gives
M $ct $f $tags < 41 00 e2 01 1a >
-> ok
== switch to a continuation without parameters
M $ct $f $tags < d0 01 e6 01 00 >
-> 0x2a: code section, func[0]+0x4: type mismatch: instruction requires concrete continuation reference type as last parameter but has []: switch
== switch to a continuation whose last parameter is a number
M $ct $f $tags < d0 03 e6 03 00 >
-> 0x2a: code section, func[0]+0x4: type mismatch: instruction requires concrete continuation reference type as last parameter but has [i32]: switch
== switch by a tag with parameters
M $ct $f $tags < d0 03 e6 03 01 >
-> 0x2b: code section, func[0]+0x5: type mismatch in switch tag: it has parameters: switch: expected 0, got 1
== switch by a tag with other results
M 01[03 60 00 00 4e 02 60 01 63 02 00 5d 01 60 00 01 7f] $f 0d[01 00 03] < d0 02 e6 02 00 >
-> 0x2c: code section, func[0]+0x4: type mismatch in continuation type: different numbers of types: switch: expected 1, got 0
== switch
M 01[02 60 00 00 4e 02 60 01 63 02 00 5d 01] $f 0d[01 00 00] < d0 02 e6 02 00 1a >
-> ok
== cast to a continuation type
M $ct $f $tags < d0 01 fb 14 01 1a >
-> 0x2b: code section, func[0]+0x5: invalid cast: ref.test
== cast to cont
M $ct $f $tags < d0 01 fb 17 68 1a >
-> 0x2b: code section, func[0]+0x5: invalid cast: ref.cast
== branch on a cast to nocont
M $ct $f $tags < 02 68 d0 68 fb 18 03 00 68 75 0b 1a >
-> 0x30: code section, func[0]+0xa: invalid cast: br_on_cast
== test of a continuation as a value of any
M $ct $f $tags < d0 01 fb 15 6e 1a >
-> 0x29: code section, func[0]+0x3: type mismatch: instruction requires [anyref] but stack has [(ref null 1)]: ref.test: expected anyref, got (ref null 1)
== ref.eq of continuations
M $ct $f $tags < d0 01 d0 01 d3 1a >
-> 0x2b: code section, func[0]+0x5: type mismatch: instruction requires [eqref] but stack has [(ref null 1)]: ref.eq: expected eqref, got (ref null 1)
== global of cont
M 06[01 68 00 d0 75 0b]
-> ok
