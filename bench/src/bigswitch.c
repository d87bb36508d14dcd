/* An interpreter of a small stack machine: one large switch in a loop. */
#include "bench.h"

enum code {
    PUSH, LOAD, STORE, ADD, SUB, MUL, AND, OR, XOR, SHL, SHR, NEG, NOT, DUP, DROP, SWAP, OVER,
    EQ, LT, GT, JUMP, JZ, JNZ, INC, DEC, CALL, RET, GET, PUT, ADDI, MULI, ROT, MIN, MAX, MOD7,
    LOADI, STOREI, NOP, HALT
};

static const int32_t program[] = {
    /* 0: outer loop: local 0 counts down from the argument in local 7 */
    LOAD, 7, STORE, 0, PUSH, 1, STORE, 1,
    /* 8: local 2 = 0, the inner counter */
    PUSH, 0, STORE, 2,
    /* 12: the inner loop */
    LOAD, 1, LOAD, 2, ADD, DUP, MULI, 31, XOR, STORE, 1,
    LOAD, 1, PUSH, 255, AND, DUP, GET, ADDI, 17, SWAP, PUT,
    LOAD, 1, DUP, PUSH, 3, SHR, XOR, LOAD, 2, OVER, MAX, MIN, LOAD, 1, ADD, STORE, 1,
    LOAD, 2, PUSH, 1, AND, JZ, 69,
    LOAD, 1, NOT, NEG, DUP, MOD7, SUB, STORE, 1, JUMP, 74,
    /* 69 */ LOAD, 1, CALL, 92, NOP,
    /* 74 */ LOAD, 2, INC, DUP, STORE, 2, PUSH, 50, LT, JNZ, 12,
    /* 85 */ LOAD, 0, DEC, DUP, STORE, 0, HALT,
    /* 92: a routine: value on the stack to local 1 */
    DUP, PUSH, 13, SHL, XOR, DUP, PUSH, 17, SHR, OR, ADDI, 5, STORE, 1, RET,
};

static uint32_t run(uint32_t argument, uint8_t *memory)
{
    uint32_t stack[64];
    uint32_t local[8] = { 0 };
    uint32_t back[16];
    uint32_t sp = 0;
    uint32_t calls = 0;
    uint32_t pc = 0;
    uint32_t t;
    local[7] = argument;
    for (;;) {
        switch ((enum code)program[pc++]) {
        case PUSH: stack[sp++] = (uint32_t)program[pc++]; break;
        case LOAD: stack[sp++] = local[program[pc++]]; break;
        case STORE: local[program[pc++]] = stack[--sp]; break;
        case ADD: sp--; stack[sp - 1] += stack[sp]; break;
        case SUB: sp--; stack[sp - 1] -= stack[sp]; break;
        case MUL: sp--; stack[sp - 1] *= stack[sp]; break;
        case AND: sp--; stack[sp - 1] &= stack[sp]; break;
        case OR: sp--; stack[sp - 1] |= stack[sp]; break;
        case XOR: sp--; stack[sp - 1] ^= stack[sp]; break;
        case SHL: sp--; stack[sp - 1] <<= stack[sp] & 31; break;
        case SHR: sp--; stack[sp - 1] >>= stack[sp] & 31; break;
        case NEG: stack[sp - 1] = 0 - stack[sp - 1]; break;
        case NOT: stack[sp - 1] = ~stack[sp - 1]; break;
        case DUP: stack[sp] = stack[sp - 1]; sp++; break;
        case DROP: sp--; break;
        case SWAP: t = stack[sp - 1]; stack[sp - 1] = stack[sp - 2]; stack[sp - 2] = t; break;
        case OVER: stack[sp] = stack[sp - 2]; sp++; break;
        case EQ: sp--; stack[sp - 1] = stack[sp - 1] == stack[sp]; break;
        case LT: sp--; stack[sp - 1] = stack[sp - 1] < stack[sp]; break;
        case GT: sp--; stack[sp - 1] = stack[sp - 1] > stack[sp]; break;
        case JUMP: pc = (uint32_t)program[pc]; break;
        case JZ: pc = stack[--sp] == 0 ? (uint32_t)program[pc] : pc + 1; break;
        case JNZ: pc = stack[--sp] != 0 ? (uint32_t)program[pc] : pc + 1; break;
        case INC: stack[sp - 1]++; break;
        case DEC: stack[sp - 1]--; break;
        case CALL: back[calls++] = pc + 1; pc = (uint32_t)program[pc]; break;
        case RET: pc = back[--calls]; break;
        case GET: stack[sp - 1] = memory[stack[sp - 1] & 255]; break;
        case PUT: sp -= 2; memory[stack[sp + 1] & 255] = (uint8_t)stack[sp]; break;
        case ADDI: stack[sp - 1] += (uint32_t)program[pc++]; break;
        case MULI: stack[sp - 1] *= (uint32_t)program[pc++]; break;
        case ROT: stack[sp - 1] = stack[sp - 1] << 7 | stack[sp - 1] >> 25; break;
        case MIN: sp--; t = stack[sp]; stack[sp - 1] = stack[sp - 1] < t ? stack[sp - 1] : t; break;
        case MAX: sp--; t = stack[sp]; stack[sp - 1] = stack[sp - 1] > t ? stack[sp - 1] : t; break;
        case MOD7: stack[sp - 1] %= 7; break;
        case LOADI: stack[sp - 1] = local[stack[sp - 1] & 7]; break;
        case STOREI: sp -= 2; local[stack[sp + 1] & 7] = stack[sp]; break;
        case NOP: break;
        case HALT:
            if (local[0] == 0) {
                return local[1];
            }
            sp = 0;
            pc = 8;
            break;
        }
    }
}

int main(int argc, char **argv)
{
    static uint8_t memory[256];
    uint64_t sum = run(bench_size(argc, argv, 14000), memory);
    for (int i = 0; i < 256; i++) {
        sum = sum * 31 + memory[i];
    }
    return bench_end("bigswitch", sum);
}
