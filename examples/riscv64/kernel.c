/* kernel.c - the smallest kernel that embeds Wick: QEMU's riscv64 "virt" machine, no libc, no FPU, no firmware. Three wasm
 * tasks count and take turns, made to by a timer; a fourth waits for the serial port meanwhile. README.md has the commands. */
#include "wick.h"

void *memcpy(void *to, const void *from, size_t n) {
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    }
    return to;
}

void *memmove(void *to, const void *from, size_t n) {
    if ((uintptr_t)to < (uintptr_t)from) {
        return memcpy(to, from, n);
    }
    while (n-- > 0) {
        ((uint8_t *)to)[n] = ((const uint8_t *)from)[n];
    }
    return to;
}

void *memset(void *to, int byte, size_t n) {
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)to)[i] = (uint8_t)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const int d = ((const uint8_t *)a)[i] - ((const uint8_t *)b)[i];
        if (d != 0) {
            return d;
        }
    }
    return 0;
}

/* ---- the machine ---- */

#define UART ((volatile uint8_t *)0x10000000)
#define MTIME (*(volatile uint64_t *)0x200bff8) /* at 10 MHz */
#define MTIMECMP (*(volatile uint64_t *)0x2004000)
#define POWER (*(volatile uint32_t *)0x100000)

static void put(const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        while ((UART[5] & 0x20) == 0) { /* it cannot take another */
        }
        UART[0] = (uint8_t)text[i];
    }
}

static void say(const char *text) {
    while (*text != 0) {
        put(text++, 1);
    }
}

static void say_number(uint64_t value) {
    char digits[20];
    size_t n = sizeof digits;
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put(digits + n, sizeof digits - n);
}

static _Noreturn void halt(uint32_t code) {
    POWER = code == 0 ? 0x5555 : 0x3333 | code << 16; /* QEMU ends with this status */
    for (;;) {
    }
}

static wick_task *volatile running; /* what the timer stops */

void interrupt(uint64_t cause, uint64_t pc) {
    if (cause != (UINT64_C(1) << 63 | 7)) {
        say("trap ");
        say_number(cause);
        say(" at ");
        say_number(pc);
        halt(2);
    }
    MTIMECMP = MTIME + 10000; /* in 1 ms */
    if (running != NULL) {
        wick_task_stop(running);
    }
}

/* ---- what Wick needs ---- */

static _Alignas(16) uint8_t memory[1 << 20]; /* everything is in here, so there is no allocator */

static void host_log(void *user, const char *text, size_t n) {
    (void)user;
    put(text, n);
}

static const wick_host host = {.size = sizeof host, .log = host_log};

static void check(wick_err err, const wick_diag *diag) {
    char text[256];
    if (err == WICK_OK) {
        return;
    }
    wick_diag_format(diag, "program.wasm", NULL, text, sizeof text);
    say(diag->err != WICK_OK ? text : wick_err_text(err)); /* not every function fills in a diag */
    halt(1);
}

/* ---- what the program may call ---- */

static wick_host_result env_put(wick_call *call, void *user) {
    const uint32_t n = wick_call_arg_i32(call, 1);
    const uint8_t *text = wick_call_bytes(call, wick_call_arg_i32(call, 0), n);
    (void)user;
    if (text == NULL) {
        return wick_call_trap(call, "put: text outside of memory");
    }
    put((const char *)text, n);
    return WICK_HOST_OK;
}

static wick_host_result env_get(wick_call *call, void *user) {
    (void)user;
    if ((UART[5] & 1) == 0) {
        return WICK_HOST_PENDING; /* nothing typed yet: the task waits, and no other does */
    }
    wick_call_return_i32(call, 0, UART[0]);
    return WICK_HOST_OK;
}

/* ---- the kernel ---- */

extern const uint8_t program[], program_end[];
#define N_TASKS 4

static wick_task *start(wick_store *store, wick_instance *instance, const char *name, size_t size, const wick_value *arg) {
    wick_extern func;
    wick_task *task;
    if (!wick_instance_export(instance, name, size, &func) || func.kind != WICK_EXTERN_FUNC) {
        say("no such function");
        halt(1);
    }
    wick_task_options options = {.stack_slots = 1024};
    check(wick_task_new(store, &options, &task), wick_task_diag(task));
    check(wick_task_call(task, func.of.func, arg, arg == NULL ? 0 : 1), wick_task_diag(task));
    return task;
}

int main(void) {
    wick_engine *engine;
    wick_store *store;
    wick_module *module;
    wick_linker *linker;
    wick_instance *instance;
    wick_task *tasks[N_TASKS];
    uint32_t slices[N_TASKS] = {0};
    wick_diag diag;
    wick_diag_init(&diag);
    check(wick_engine_init(memory, sizeof memory, &host, NULL, NULL, &engine), &diag);
    check(wick_module_new(engine, program, (size_t)(program_end - program), WICK_MODULE_BORROW, &module, &diag), &diag);
    check(wick_store_new(engine, NULL, &store), &diag);
    check(wick_linker_new(store, &linker), &diag);
    check(wick_linker_func(linker, "env", "put", "ii:", env_put, NULL), &diag);
    check(wick_linker_func(linker, "env", "get", ":i", env_get, NULL), &diag);
    check(wick_linker_instantiate(linker, module, &instance, &diag), &diag);
    for (uint32_t i = 0; i < 3; i++) {
        wick_value n = {.type = WICK_I32, .of.i32 = (i + 1) * 2000000};
        tasks[i] = start(store, instance, "count", 5, &n);
    }
    tasks[3] = start(store, instance, "greet", 5, NULL);
    MTIMECMP = MTIME + 10000;
    __asm__ volatile("csrs mie, %0; csrsi mstatus, 8" : : "r"(1 << 7)); /* the timer's interrupts */
    for (uint32_t left = N_TASKS; left > 0;) {
        bool all_wait = true;
        for (uint32_t i = 0; i < N_TASKS; i++) {
            wick_status status;
            if (wick_task_result_count(tasks[i]) != 0) {
                continue; /* it is over */
            }
            running = tasks[i];
            status = wick_task_resume(tasks[i], 100000000); /* a bound, should the timer fail */
            running = NULL;
            slices[i]++;
            all_wait = all_wait && status == WICK_PENDING;
            left -= status == WICK_DONE;
            if (status == WICK_TRAPPED || status == WICK_THREW) {
                check(wick_task_diag(tasks[i])->err, wick_task_diag(tasks[i]));
            }
        }
        if (all_wait) {
            __asm__ volatile("wfi");
        }
    }
    for (uint32_t i = 0; i < N_TASKS; i++) {
        say("task ");
        say_number(i);
        say(": ");
        say_number(wick_task_result(tasks[i], 0).of.i32);
        say(slices[i] > 1 ? ", in several slices\n" : ", in one\n");
    }
    wick_linker_free(linker);
    wick_store_free(store); /* its tasks too */
    wick_module_free(module);
    wick_engine_free(engine);
    halt(0);
}
