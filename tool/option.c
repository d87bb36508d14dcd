/* option.c - reading the command line. Options come first; the first word that is none ends them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/tool.h"

const char *tool_next_option(struct tool_options *o)
{
    if (o->at >= o->argc) {
        return NULL;
    }
    const char *word = o->argv[o->at];
    if (strcmp(word, "--") == 0) {
        o->at++;
        return NULL;
    }
    if (word[0] != '-' || word[1] == 0) {
        return NULL;
    }
    o->at++;
    o->name = word;
    o->value = strchr(word, '=');
    if (o->value != NULL) {
        o->value++;
    }
    return word;
}

bool tool_is(const struct tool_options *o, const char *name)
{
    size_t n = o->value != NULL ? (size_t)(o->value - o->name - 1) : strlen(o->name);
    return strlen(name) == n && memcmp(o->name, name, n) == 0;
}

const char *tool_value(struct tool_options *o)
{
    if (o->value != NULL) {
        return o->value;
    }
    if (o->at >= o->argc) {
        tool_complain("%s needs a value", o->name);
        return NULL;
    }
    return o->argv[o->at++];
}

bool tool_number(struct tool_options *o, uint64_t *out)
{
    const char *text = tool_value(o);
    char *end;
    if (text == NULL) {
        return false;
    }
    errno = 0;
    unsigned long long value = strtoull(text, &end, 0);
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (text[0] < '0' || text[0] > '9' || errno != 0 || (shift != 0 ? end[1] : end[0]) != 0 ||
        value > UINT64_MAX >> shift) {
        tool_complain("%s needs a number, not '%s'", o->name, text);
        return false;
    }
    *out = value << shift;
    return true;
}

int tool_engine_option(struct tool_options *o, wick_config *config)
{
    if (tool_is(o, "--engine")) {
        const char *name = tool_value(o);
        if (name == NULL) {
            return -1;
        }
        if (strcmp(name, "fast") == 0) {
            config->engine = WICK_ENGINE_FAST;
        } else if (strcmp(name, "ref") == 0) {
            config->engine = WICK_ENGINE_REF;
        } else {
            tool_complain("--engine is fast or ref, not '%s'", name);
            return -1;
        }
        return 1;
    }
    if (tool_is(o, "--features")) {
        const char *list = tool_value(o);
        if (list == NULL) {
            return -1;
        }
        if (wick_features_parse(list, &config->features) != WICK_OK) {
            tool_complain("--features: unknown feature in '%s'; `wick help features` lists them", list);
            return -1;
        }
        return 1;
    }
    return 0;
}

int tool_threads_option(struct tool_options *o, wick_config *config)
{
    uint64_t n;
    if (!tool_is(o, "--load-threads")) {
        return 0;
    }
    if (!tool_number(o, &n)) {
        return -1;
    }
    if (n == 0 || n > 64) {
        tool_complain("--load-threads needs 1 to 64");
        return -1;
    }
    config->load_threads = (uint32_t)n;
    return 1;
}

int tool_unknown_option(const struct tool_options *o)
{
    return tool_complain("unknown option %.*s",
                         o->value != NULL ? (int)(o->value - o->name - 1) : (int)strlen(o->name), o->name);
}
