# Modules that are not WebAssembly: every way the binary format can be wrong.
let t = 01[01 60 00 00]
let f = 03[01 00]
let mem = 05[01 00 01]
let tab = 04[01 70 00 01]

== empty file
""
-> 0x0: unexpected end: 8 more bytes needed, 0 left
== two bytes of the magic
00 61
-> 0x2: unexpected end: 6 more bytes needed, 0 left
== wrong magic
00 61 73 6e 01 00 00 00
-> 0x3: magic header not detected: expected 00 61 73 6d, got 6e
== magic in capitals
"wasm" 01 00 00 00
-> 0x0: magic header not detected: expected 00 61 73 6d, got 77
== no version
00 "asm"
-> 0x4: unexpected end: 4 more bytes needed, 0 left
== half a version
00 "asm" 01 00
-> 0x6: unexpected end: 2 more bytes needed, 0 left
== version 2
00 "asm" 02 00 00 00
-> 0x4: unknown binary version: expected 1, got 2
== a component
00 "asm" 0d 00 01 00
-> 0x4: unknown binary version: this is a component, not a core module
== the empty module
M
-> ok
== unknown section
M 0e[00]
-> 0x8: malformed section id: got 14
== section id 255
M ff[00]
-> 0x8: malformed section id: got 255
== section id without size
M 01
-> 0x9: type section: unexpected end of section or function: 1 more bytes needed, 0 left
== section size unterminated
M 01 80
-> 0xa: type section: unexpected end of section or function: 1 more bytes needed, 0 left
== section size of six bytes
M 01 81 80 80 80 80 00 00
-> 0xd: type section: integer representation too long: at most 5 bytes
== section size above 32 bits
M 01 80 80 80 80 10 00
-> 0xd: type section: integer too large: at most 32 bits
== section larger than the module
M 01 20 00
-> 0x9: type section: length out of bounds: length 32, 1 bytes left
== section one byte larger than the module
M 01 02 00
-> 0xb: type section: section size mismatch: declared end 0xc, content ends at 0xb
== content shorter than its section
M 01[00 00]
-> 0xb: type section: section size mismatch: declared end 0xc, content ends at 0xb
== content longer than its section
M 01 04 01 60 00 01 7f
-> 0xe: type section: section size mismatch: declared end 0xe, content ends at 0xf
== type section twice
M 01[00] 01[00]
-> 0xb: unexpected content after last section: section 1 may not come here
== function section before the type section
M 03[00] 01[00]
-> 0xb: unexpected content after last section: section 1 may not come here
== code before element
M 0a[00] 09[00]
-> 0xb: unexpected content after last section: section 9 may not come here
== data count behind the code
M 0a[00] 0c[00]
-> 0xb: unexpected content after last section: section 12 may not come here
== tag section behind the globals
M 06[00] 0d[00]
-> 0xb: unexpected content after last section: section 13 may not come here
== memory behind the tags
M 0d[00] 05[00]
-> 0xb: unexpected content after last section: section 5 may not come here
== tag section without the feature
features mvp
M 0d[00]
-> 0x8: malformed section id: got 13
== data count without the feature
features mvp
M 0c[00]
-> 0x8: malformed section id: got 12
== custom section without a name
M 00[]
-> 0xa: custom section: unexpected end of section or function: 1 more bytes needed, 0 left
== custom section whose name is longer than it
M 00[05 "abc"]
-> 0xa: custom section: length out of bounds: length 5, 3 bytes left
== custom section whose name leaves it
M 00[02 "a"] 01[00]
-> 0xc: custom section: unexpected end of section or function: 1 more bytes needed, 0 left
== custom section larger than the module
M 00 20 01 "a"
-> 0x9: custom section: length out of bounds: length 32, 2 bytes left
== custom name not UTF-8
M 00[02 c3 28]
-> 0xb: custom section: malformed UTF-8 encoding
== custom name with a surrogate
M 00[03 ed a0 80]
-> 0xb: custom section: malformed UTF-8 encoding
== custom name overlong
M 00[02 c0 80]
-> 0xb: custom section: malformed UTF-8 encoding
== custom name above U+10FFFF
M 00[04 f4 90 80 80]
-> 0xb: custom section: malformed UTF-8 encoding
== custom name cut in a character
M 00[02 "a" e2]
-> 0xc: custom section: malformed UTF-8 encoding
== unknown form of type
M 01[01 61]
-> 0xb: type section: malformed definition type: got 0x61
== form of type in two bytes
M 01[01 e0 7f 00 00]
-> 0xb: type section: integer representation too long: at most 1 bytes
== form missing
M 01[01]
-> 0xb: type section: unexpected end of section or function: 1 more bytes needed, 0 left
== parameter of no type
M 01[01 60 01 7a 00]
-> 0xd: type section: malformed value type: got 0x7a
== result of no type
M 01[01 60 00 01 00]
-> 0xe: type section: malformed value type: got 0x0
== packed parameter
M 01[01 60 01 78 00]
-> 0xd: type section: malformed value type: got 0x78
== parameter count unterminated
M 01[01 60 ff ff ff ff ff]
-> 0x10: type section: integer too large: at most 32 bits
== parameter count larger than the module
M 01[01 60 70]
-> 0xc: type section: length out of bounds: length 112, 0 bytes left
== vector without the feature
features mvp
M 01[01 60 01 7b 00]
-> 0xd: type section: malformed value type: got 0x7b
== externref without the feature
features mvp
M 01[01 60 01 6f 00]
-> 0xd: type section: malformed value type: got 0x6f
== anyref without the feature
features mvp,reference-types
M 01[01 60 01 6e 00]
-> 0xd: type section: malformed value type: got 0x6e
== exnref without the feature
features mvp,reference-types
M 01[01 60 01 69 00]
-> 0xd: type section: malformed value type: got 0x69
== typed reference without the feature
features mvp,reference-types
M 01[02 60 00 00 60 01 63 00 00]
-> 0x10: type section: malformed value type: got 0x63
== struct without the feature
features mvp,reference-types
M 01[01 5f 00]
-> 0xb: type section: malformed definition type: got 0x5f
== recursive group without the feature
features mvp
M 01[01 4e 00]
-> 0xb: type section: malformed definition type: got 0x4e
== a group in a group
M 01[01 4e 01 4e 00]
-> 0xd: type section: malformed definition type: got 0x4e
== sub of sub
M 01[01 50 00 50 00 60 00 00]
-> 0xd: type section: malformed definition type: got 0x50
== abstract heap type that is none
M 01[01 60 01 63 40 00]
-> 0xe: type section: malformed heap type: got 0x40
== heap type negative in two bytes
M 01[01 60 01 63 f0 7f 00]
-> 0xe: type section: malformed heap type: got 0xf0
== field mutability 2
M 01[01 5f 01 7f 02]
-> 0xe: type section: malformed mutability: expected 0 or 1, got 0x2
== array without mutability
M 01[01 5e 7f]
-> 0xd: type section: unexpected end of section or function: 1 more bytes needed, 0 left
== types claimed: more than bytes
M 01[7f 60 00 00]
-> 0xa: type section: length out of bounds: length 127, 3 bytes left
== types claimed: 2 to the 32 minus 1
M 01[ff ff ff ff 0f]
-> 0xa: type section: length out of bounds: length 4294967295, 0 bytes left
== import kind 5
M 02[01 @"a" @"b" 05]
-> 0xf: import section: malformed import kind: got 0x5
== import of a tag without the feature
features mvp
M $t 02[01 @"a" @"b" 04 00 00]
-> 0x15: import section: malformed import kind: got 0x4
== import name not UTF-8
M 02[01 @"a" 01 ff 00 00]
-> 0xe: import section: malformed UTF-8 encoding
== import module name longer than the module
M 02[01 7f "a"]
-> 0xb: import section: length out of bounds: length 127, 1 bytes left
== import without a kind
M 02[01 @"a" @"b"]
-> 0xf: import section: unexpected end of section or function: 1 more bytes needed, 0 left
== import of a table of numbers
M 02[01 @"a" @"b" 01 7f 00 00]
-> 0x10: import section: malformed reference type: got 0x7f
== import of a global that is neither constant nor mutable
M 02[01 @"a" @"b" 03 7f 02]
-> 0x11: import section: malformed mutability: expected 0 or 1, got 0x2
== import of a tag with attribute 1
M $t 02[01 @"a" @"b" 04 01 00]
-> 0x16: import section: malformed tag attribute: expected 0, got 0x1
== function type index unterminated
M $t 03[01 80]
-> 0x12: function section: unexpected end of section or function: 1 more bytes needed, 0 left
== function section without code section
M $t $f
-> 0x12: function and code section have inconsistent lengths: expected 1, got 0
== code section without function section
M 0a[01 [00 0b]]
-> 0xa: code section: function and code section have inconsistent lengths: expected 0, got 1
== two bodies for one function
M $t $f 0a[02 [00 0b] [00 0b]]
-> 0x14: code section: function and code section have inconsistent lengths: expected 1, got 2
== no body for a function
M $t $f 0a[00]
-> 0x14: code section: function and code section have inconsistent lengths: expected 1, got 0
== table flags 2
M 04[01 70 02 00 00]
-> 0xc: table section: tables cannot be shared (yet)
== table flags 8
M 04[01 70 08 00]
-> 0xc: table section: malformed limits flags: got 0x8
== table of numbers
M 04[01 7f 00 00]
-> 0xb: table section: malformed reference type: got 0x7f
== table with an initialiser and a reserved byte
M 04[01 40 01 70 00 00 d0 70 0b]
-> 0xc: table section: zero byte expected: got 0x1
== table without limits
M 04[01 70]
-> 0xc: table section: unexpected end of section or function: 1 more bytes needed, 0 left
== memory flags 8 without the exponent of the page size
M 05[01 08 00]
-> 0xd: memory section: unexpected end of section or function: 1 more bytes needed, 0 left
== memory flags 8 without the feature
features mvp
M 05[01 08 00 00]
-> 0xb: memory section: malformed limits flags: got 0x8
== memory flags 16
M 05[01 10 00 00]
-> 0xb: memory section: malformed limits flags: got 0x10
== table flags 12
M 04[01 70 0c 00 00]
-> 0xc: table section: malformed limits flags: got 0xc
== page size of 2^65
M 05[01 08 00 41]
-> 0xd: memory section: invalid custom page size: at most 2^64, got 2^65
== page size of 2^4294967295
M 05[01 08 00 ff ff ff ff 0f]
-> 0xd: memory section: invalid custom page size: at most 2^64, got 2^4294967295
== exponent of the page size in six bytes
M 05[01 08 00 80 80 80 80 80 00]
-> 0x11: memory section: integer representation too long: at most 5 bytes
== compact imports without the feature
features mvp
M $t 02[01 @"a" @"" 7f 00]
-> 0x14: import section: malformed import kind: got 0x7f
== compact imports behind a name
M $t 02[01 @"a" @"b" 7f 00]
-> 0x15: import section: malformed import kind: got 0x7f
== compact imports of one type behind a name
M $t 02[01 @"a" @"b" 7e 00 00 00]
-> 0x15: import section: malformed import kind: got 0x7e
== compact imports, the form in two bytes
M $t 02[01 @"a" 00 ff 00 00]
-> 0x14: import section: malformed import kind: got 0xff
== compact imports without their number
M $t 02[01 @"a" 00 7f]
-> 0x15: import section: unexpected end of section or function: 1 more bytes needed, 0 left
== compact imports that claim more than there is
M $t 02[01 @"a" 00 7f ff ff ff ff 0f]
-> 0x15: import section: length out of bounds: length 4294967295, 0 bytes left
== compact imports, one less than they say
M $t 02[01 @"a" 00 7f 02 @"b" 00 00]
-> 0x1a: import section: unexpected end of section or function: 1 more bytes needed, 0 left
== compact imports of one type, one less than they say
M $t 02[01 @"a" 00 7e 00 00 02 @"b"]
-> 0x1a: import section: unexpected end of section or function: 1 more bytes needed, 0 left
== compact imports of no kind
M $t 02[01 @"a" 00 7f 01 @"b" 05 00]
-> 0x18: import section: malformed import kind: got 0x5
== compact imports of one type of no kind
M $t 02[01 @"a" 00 7e 7f 00 01 @"b"]
-> 0x15: import section: malformed import kind: got 0x7f
== compact import with a name that is not UTF-8
M $t 02[01 @"a" 00 7e 00 00 01 02 c3 28]
-> 0x19: import section: malformed UTF-8 encoding
== compact imports that leave their section
M $t 02 0a 01 @"a" 00 7f 02 @"b" 00 00 @"c" 00 00
-> 0x1a: import section: section size mismatch: declared end 0x1a, content ends at 0x1e
== compact imports, none
M $t 02[02 @"a" 00 7f 00 @"b" 00 7e 00 00 00]
-> ok
== compact and plain imports in turn
M $t 02[03 @"a" 00 7f 02 @"b" 00 00 @"" 03 7f 00 @"c" @"d" 00 00 @"e" 00 7e 00 00 03 @"f" @"" @"g"]
-> ok
== memory flags 0x81
M 05[01 81 00 00]
-> 0xb: memory section: malformed limits flags: got 0x81
== shared memory without the feature
features mvp
M 05[01 03 01 01]
-> 0xb: memory section: malformed limits flags: got 0x3
== memory64 without the feature
features mvp
M 05[01 04 01]
-> 0xb: memory section: malformed limits flags: got 0x4
== memory minimum of eleven bytes
M 05[01 00 81 80 80 80 80 80 80 80 80 80 00]
-> 0x15: memory section: integer representation too long: at most 10 bytes
== memory minimum above 64 bits
M 05[01 00 80 80 80 80 80 80 80 80 80 02]
-> 0x15: memory section: integer too large: at most 64 bits
== memory minimum above 32 bits without memory64
features mvp
M 05[01 00 80 80 80 80 10]
-> 0x10: memory section: integer too large: at most 32 bits
== tag attribute 1
M $t 0d[01 01 00]
-> 0x11: tag section: malformed tag attribute: expected 0, got 0x1
== global mutability 2
M 06[01 7f 02 41 00 0b]
-> 0xc: global section: malformed mutability: expected 0 or 1, got 0x2
== global of no type
M 06[01 40 00 41 00 0b]
-> 0xb: global section: malformed value type: got 0x40
== global without an end
M 06[01 7f 00 41 00]
-> 0xf: global section: unexpected end of section or function: 1 more bytes needed, 0 left
== global that runs into the next section
M $t 06[01 7f 00 41 00] 07[00]
-> 0x15: global section: unexpected end of section or function: 1 more bytes needed, 0 left
== constant i32 of six bytes
M 06[01 7f 00 41 80 80 80 80 80 00 0b]
-> 0x12: global section: integer representation too long: i32.const: at most 5 bytes
== constant i32 with wrong sign bits
M 06[01 7f 00 41 ff ff ff ff 0f 0b]
-> 0x12: global section: integer too large: i32.const: at most 32 bits
== constant i64 of eleven bytes
M 06[01 7e 00 42 80 80 80 80 80 80 80 80 80 80 00 0b]
-> 0x17: global section: integer representation too long: i64.const: at most 10 bytes
== constant i64 with wrong sign bits
M 06[01 7e 00 42 ff ff ff ff ff ff ff ff ff 01 0b]
-> 0x17: global section: integer too large: i64.const: at most 64 bits
== constant f64 cut
M 06[01 7c 00 44 00 00 00]
-> 0x11: global section: unexpected end of section or function: f64.const: 8 more bytes needed, 3 left
== constant of an unknown opcode
M 06[01 7f 00 ff 0b]
-> 0xd: global section: illegal opcode ff
== constant of an unknown opcode behind a prefix
M 06[01 7f 00 fb ff 7f 0b]
-> 0xd: global section: illegal opcode fb 16383
== constant of v128 without the feature
features mvp
M 06[01 7f 00 fd 0c *16(00) 0b]
-> 0xd: global section: illegal opcode fd 12
== export kind 5
M 07[01 @"a" 05 00]
-> 0xd: export section: malformed export kind: got 0x5
== export of a tag without the feature
features mvp
M 07[01 @"a" 04 00]
-> 0xd: export section: malformed export kind: got 0x4
== export name not UTF-8
M 07[01 01 80 00 00]
-> 0xc: export section: malformed UTF-8 encoding
== export without an index
M 07[01 @"a" 00]
-> 0xe: export section: unexpected end of section or function: 1 more bytes needed, 0 left
== start without an index
M 08[]
-> 0xa: start section: unexpected end of section or function: 1 more bytes needed, 0 left
== element flags 8
M $tab 09[01 08]
-> 0x11: element section: malformed elements segment kind: got 8
== element flags 1 without the feature
features mvp
M $tab 09[01 01 00 00]
-> 0x11: element section: malformed elements segment kind: got 1
== element kind 1
M 09[01 01 01 00]
-> 0xc: element section: malformed element kind: expected 0, got 0x1
== element type of numbers
M 09[01 05 7f 00]
-> 0xc: element section: malformed reference type: got 0x7f
== element items longer than the module
M 09[01 01 00 7f]
-> 0xd: element section: length out of bounds: length 127, 0 bytes left
== element item unterminated
M $t $f 09[01 01 00 01 80]
-> 0x19: element section: unexpected end of section or function: 1 more bytes needed, 0 left
== data flags 3
M $mem 0b[01 03 00]
-> 0x10: data section: malformed data segment kind: got 3
== data flags 1 without the feature
features mvp
M $mem 0b[01 01 00]
-> 0x10: data section: malformed data segment kind: got 1
== data longer than the module
M 0b[01 01 70 "abc"]
-> 0xc: data section: length out of bounds: length 112, 3 bytes left
== data count without data
M 0c[01]
-> 0xb: data count and data section have inconsistent lengths: expected 1, got 0
== data count less than data
M 0c[00] 0b[01 01 00]
-> 0xd: data section: data count and data section have inconsistent lengths: expected 0, got 1
== data count more than data
M 0c[02] 0b[01 01 00]
-> 0xd: data section: data count and data section have inconsistent lengths: expected 2, got 1
== body longer than the module
M $t $f 0a[01 20 00 0b]
-> 0x15: code section: length out of bounds: length 32, 2 bytes left
== body of no bytes
M $t $f 0a[01 []]
-> 0x16: code section, func[0]+0x0: unexpected end of section or function: 1 more bytes needed, 0 left
== body without an end
M $t $f 0a[01 [00 01]]
-> 0x18: code section, func[0]+0x2: unexpected end of section or function: 1 more bytes needed, 0 left
== body without an end, another follows
M $t 03[02 00 00] 0a[02 [00 01] [00 0b]]
-> 0x19: code section, func[0]+0x2: END opcode expected
== body whose block has no end
M $t $f <02 40>
-> 0x1a: code section, func[0]+0x4: unexpected end of section or function: 1 more bytes needed, 0 left
== body behind its end
M $t $f 0a[01 [00 0b 01 0b]]
-> 0x18: code section, func[0]+0x2: section size mismatch: declared end 0x1a, content ends at 0x18
== immediate that leaves its body
M $t 03[02 00 00] 0a[02 [00 41] [00 0b]]
-> 0x19: code section, func[0]+0x2: section size mismatch: declared end 0x19, content ends at 0x1a
== locals count unterminated
M $t $f 0a[01 [ff]]
-> 0x17: code section, func[0]+0x1: unexpected end of section or function: 1 more bytes needed, 0 left
== locals of no type
M $t $f 0a[01 [01 01 40 0b]]
-> 0x18: code section, func[0]+0x2: malformed value type: got 0x40
== more than 2 to the 32 locals
M $t $f 0a[01 [02 ff ff ff ff 0f 7f 01 7f 0b]]
-> 0x1d: code section, func[0]+0x7: too many locals: more than 4294967295
== unknown opcode
M $t $f <ff>
-> 0x17: code section, func[0]+0x1: illegal opcode ff
== unknown opcode that looks like a prefix
M $t $f <fa 00>
-> 0x17: code section, func[0]+0x1: illegal opcode fa
== unknown opcode behind 0xfc
M $t $f <fc 12>
-> 0x17: code section, func[0]+0x1: illegal opcode fc 18
== opcode behind 0xfd of six bytes
M $t $f <fd 80 80 80 80 80 00>
-> 0x1c: code section, func[0]+0x6: integer representation too long: at most 5 bytes
== opcode behind 0xfe above 32 bits
M $t $f <fe ff ff ff ff 7f>
-> 0x1c: code section, func[0]+0x6: integer too large: at most 32 bits
== sign extension without the feature
features mvp
M $t $f <41 00 c0 1a>
-> 0x19: code section, func[0]+0x3: illegal opcode c0
== saturating conversion without the feature
features mvp
M $t $f <fc 00>
-> 0x17: code section, func[0]+0x1: illegal opcode fc 0
== tail call without the feature
features mvp
M $t $f <12 00>
-> 0x17: code section, func[0]+0x1: illegal opcode 12
== atomic fence without the feature
features mvp
M $t $f <fe 03 00>
-> 0x17: code section, func[0]+0x1: illegal opcode fe 3
== atomic fence with a flag
M $t $f <fe 03 01>
-> 0x19: code section, func[0]+0x3: zero byte expected: atomic.fence: got 0x1
== legacy try without the feature
features mvp,exception-handling
M $t $f <06 40 0b>
-> 0x17: code section, func[0]+0x1: illegal opcode 6
== else outside an if
M $t $f <02 40 05 0b>
-> 0x19: code section, func[0]+0x3: END opcode expected: else
== second else
M $t $f <41 00 04 40 05 05 0b>
-> 0x1c: code section, func[0]+0x6: END opcode expected: else
== catch outside a try
M $t $f 0d[01 00 00] <02 40 07 00 0b>
-> 0x1e: code section, func[0]+0x3: END opcode expected: catch
== catch behind catch_all
M $t $f 0d[01 00 00] <06 40 19 07 00 0b>
-> 0x1f: code section, func[0]+0x4: END opcode expected: catch
== delegate behind a catch
M $t $f <06 40 19 18 00>
-> 0x1a: code section, func[0]+0x4: END opcode expected: delegate
== block type that is none
M $t $f <02 45 0b>
-> 0x18: code section, func[0]+0x2: malformed block type: block: got 0x45
== block type negative in two bytes
M $t $f <02 80 7f 0b>
-> 0x18: code section, func[0]+0x2: malformed block type: block: got 0x80
== block type of six bytes
M $t $f <02 80 80 80 80 80 00 0b>
-> 0x1c: code section, func[0]+0x6: integer representation too long: block: at most 5 bytes
== block type index without the feature
features mvp
M $t $f <02 00 0b>
-> 0x18: code section, func[0]+0x2: malformed block type: block: got 0x0
== memory flags 0x80 in a memory argument
M $t $f $mem <41 00 28 80 01 00 1a>
-> 0x1f: code section, func[0]+0x4: malformed memop flags: i32.load: got 0x80
== memory index in a memory argument without the feature
features mvp
M $t $f $mem <41 00 28 40 00 00 1a>
-> 0x1f: code section, func[0]+0x4: malformed memop flags: i32.load: got 0x40
== memory offset of eleven bytes
M $t $f $mem <41 00 28 00 80 80 80 80 80 80 80 80 80 80 00 1a>
-> 0x29: code section, func[0]+0xe: integer representation too long: i32.load: at most 10 bytes
== memory.size with index 1 without the feature
features mvp
M $t $f $mem <3f 01 1a>
-> 0x1d: code section, func[0]+0x2: zero byte expected: memory.size: got 0x1
== call_indirect with table 1 without the feature
features mvp
M $t $f $tab <41 00 11 00 01>
-> 0x21: code section, func[0]+0x5: zero byte expected: call_indirect: got 0x1
== cast flags 4
M $t $f <02 40 d0 6e fb 18 04 00 6e 6c 1a 0b>
-> 0x1d: code section, func[0]+0x7: malformed cast flags: br_on_cast: got 0x4
== catch clause kind 4
M $t $f <1f 40 01 04 00 0b>
-> 0x1a: code section, func[0]+0x4: malformed catch clause: try_table: got 0x4
== catch clauses: more than bytes
M $t $f <1f 40 70 02 00 0b>
-> 0x19: code section, func[0]+0x3: length out of bounds: try_table: length 112, 4 bytes left
== br_table: more labels than bytes
M $t $f <41 00 0e ff ff ff ff 0f 00>
-> 0x1a: code section, func[0]+0x4: length out of bounds: br_table: length 4294967295, 2 bytes left
== select types: more than bytes
M $t $f <1c 70 7f>
-> 0x18: code section, func[0]+0x2: length out of bounds: select: length 112, 2 bytes left
== memory.init without data count
M $t $f $mem <41 00 41 00 41 00 fc 08 00 00> 0b[01 01 00]
-> 0x22: code section, func[0]+0x7: data count section required: memory.init
== data.drop without data count
M $t $f <fc 09 00> 0b[01 01 00]
-> 0x17: code section, func[0]+0x1: data count section required: data.drop
== array.new_data without data count
M 01[02 60 00 00 5e 78 00] $f <41 00 41 00 fb 09 01 00 1a> 0b[01 01 00]
-> 0x1e: code section, func[0]+0x5: data count section required: array.new_data
== invalid, and malformed in a later function
M $t 03[03 00 00 00] 0a[03 [00 6a 0b] [00 0b] [00 ff 0b]]
-> 0x20: code section, func[2]+0x1: illegal opcode ff
== invalid, and malformed later in the same function
M $t $f <6a 41 80 80 80 80 80 00>
-> 0x1d: code section, func[0]+0x7: integer representation too long: i32.const: at most 5 bytes
== table flags 3 with threads
M 04[01 70 03 00 01]
-> 0xc: table section: tables cannot be shared (yet)
== table flags 3 without threads
features mvp
M 04[01 70 03 00 01]
-> 0xc: table section: malformed limits flags: got 0x3

# ---- stack switching that is off ------------------------------------------------------------------------------------
== continuation type without the feature
features mvp,exception-handling,gc,reference-types,function-references
M 01[02 60 00 00 5d 00]
-> 0xe: type section: malformed definition type: got 0x5d
== cont without the feature
features mvp,exception-handling,gc,reference-types,function-references
M 06[01 68 00 d0 68 0b]
-> 0xb: global section: malformed value type: got 0x68
== nocont without the feature
features mvp,exception-handling,gc,reference-types,function-references
M 06[01 70 00 d0 75 0b]
-> 0xe: global section: malformed heap type: ref.null: got 0x75
== suspend without the feature
features mvp,exception-handling,gc,reference-types,function-references
M 01[01 60 00 00] 03[01 00] 0d[01 00 00] < e2 00 >
-> 0x1c: code section, func[0]+0x1: illegal opcode e2
== tag with results without the feature
features mvp,exception-handling,gc,reference-types,function-references
M 01[01 60 00 01 7f] 0d[01 00 00]
-> 0x13: tag section: non-empty tag result type
== a module that ends behind the number of its functions
M 01[01 60 00 00] 03 01 01
-> 0x11: function section: unexpected end of section or function: 1 more bytes needed, 0 left
