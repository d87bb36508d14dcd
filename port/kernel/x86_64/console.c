/* console.c - the first serial port (16550) and a line discipline above it.
 *
 * The interrupt handler moves bytes from the port into `input`, edits the line being typed and
 * echoes; readers only take what is complete. Output is polled.
 */
#include "kernel.h"
#include "x86.h"

enum {
    COM1 = 0x3f8,
    LSR_DATA = 1,
    LSR_ROOM = 0x20,
    INPUT_SIZE = 4096, /* a power of two */
    KEY_INTR = 3,
    KEY_EOF = 4,
    KEY_BACKSPACE = 8,
    KEY_KILL_LINE = 21,
    KEY_DELETE = 127,
    END_OF_INPUT = 0x100 /* a mark among the bytes */
};

/* [read, ready) may be taken; [ready, typed) is the line that is still being edited. */
static volatile uint16_t input[INPUT_SIZE];
static volatile uint32_t input_read, input_ready, input_typed;
static volatile uint32_t console_mode = K_TTY_ECHO | K_TTY_LINE | K_TTY_INTR;
static volatile bool interrupt_typed;

static void put_raw(uint8_t byte)
{
    while ((x86_in8(COM1 + 5) & LSR_ROOM) == 0) {
    }
    x86_out8(COM1, byte);
}

void k_console_init(void)
{
    x86_out8(COM1 + 1, 0);
    x86_out8(COM1 + 3, 0x80); /* divisor 1: 115,200 bits per second */
    x86_out8(COM1 + 0, 1);
    x86_out8(COM1 + 1, 0);
    x86_out8(COM1 + 3, 3);    /* 8 bits, no parity, 1 stop bit */
    x86_out8(COM1 + 2, 0xc7); /* queues on, cleared */
    x86_out8(COM1 + 4, 0x0b); /* lines up, interrupt line connected */
    x86_out8(COM1 + 1, 1);    /* interrupt on received data */
}

void k_console_write(const void *buf, size_t n)
{
    const uint8_t *p = buf;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n') {
            put_raw('\r');
        }
        put_raw(p[i]);
    }
}

static void echo(const char *text, size_t n)
{
    if ((console_mode & K_TTY_ECHO) != 0) {
        k_console_write(text, n);
    }
}

static void input_put(uint16_t item)
{
    if (input_typed - input_read < INPUT_SIZE) {
        input[input_typed % INPUT_SIZE] = item;
        input_typed++;
    }
}

static void erase_last(void)
{
    if (input_typed != input_ready) {
        input_typed--;
        echo("\b \b", 3);
    }
}

static void edit_line(uint8_t byte)
{
    char c = (char)byte;
    if (byte == KEY_BACKSPACE || byte == KEY_DELETE) {
        erase_last();
    } else if (byte == KEY_KILL_LINE) {
        while (input_typed != input_ready) {
            erase_last();
        }
    } else if (byte == KEY_EOF) {
        if (input_typed == input_ready) {
            input_put(END_OF_INPUT);
        }
        input_ready = input_typed;
    } else if (byte == '\r' || byte == '\n') {
        input_put('\n');
        input_ready = input_typed;
        echo("\n", 1);
    } else if (byte >= ' ' || byte == '\t') {
        /* One place stays free for the end of the line. */
        if (input_typed - input_read < INPUT_SIZE - 1) {
            input_put(byte);
            echo(&c, 1);
        }
    }
}

static void receive(uint8_t byte)
{
    if (byte == KEY_INTR && (console_mode & K_TTY_INTR) != 0) {
        input_typed = input_ready;
        interrupt_typed = true;
        echo("^C\n", 3);
    } else if ((console_mode & K_TTY_LINE) != 0) {
        edit_line(byte);
    } else {
        char c = (char)byte;
        input_put(byte);
        input_ready = input_typed;
        echo(&c, 1);
    }
}

void k_console_interrupt(void)
{
    while ((x86_in8(COM1 + 5) & LSR_DATA) != 0) {
        receive(x86_in8(COM1));
    }
}

bool k_console_readable(void)
{
    return input_read != input_ready;
}

ptrdiff_t k_console_read(void *buf, size_t n)
{
    uint8_t *p = buf;
    size_t got = 0;
    if (!k_console_readable()) {
        return K_CONSOLE_EMPTY;
    }
    while (got < n && input_read != input_ready) {
        uint16_t item = input[input_read % INPUT_SIZE];
        if (item == END_OF_INPUT) {
            if (got == 0) {
                input_read++;
            }
            break;
        }
        input_read++;
        p[got++] = (uint8_t)item;
        if (item == '\n' && (console_mode & K_TTY_LINE) != 0) {
            break;
        }
    }
    return (ptrdiff_t)got;
}

uint32_t k_console_mode(uint32_t mode)
{
    uint32_t old = console_mode;
    x86_interrupts_off();
    console_mode = mode;
    input_ready = (mode & K_TTY_LINE) != 0 ? input_ready : input_typed;
    x86_interrupts_on();
    return old;
}

bool k_console_take_interrupt(void)
{
    bool was = interrupt_typed;
    interrupt_typed = false;
    return was;
}
