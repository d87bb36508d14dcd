// C++ exceptions without wasm exceptions: every call that may throw goes out through env.invoke_*. Emscripten's standalone
// modules bring a __cxa_throw of their own that only aborts; built for wasm, this file sends it out as other modules do.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

#ifdef __wasm__
extern "C" {
__attribute__((import_module("env"), import_name("__cxa_throw"))) void env_throw(void *, void *, void *);
__attribute__((import_module("env"), import_name("__cxa_allocate_exception"))) void *env_allocate(size_t);
[[noreturn]] void __cxa_throw(void *object, void *type, void *destructor) {
    env_throw(object, type, destructor);
    __builtin_unreachable();
}
void *__cxa_allocate_exception(size_t size) noexcept { return env_allocate(size); }
}
#endif

struct Noisy {
    const char *name;
    explicit Noisy(const char *n) : name(n) {}
    ~Noisy() { printf("~%s\n", name); }
};
struct Base {
    int x = 1;
    virtual ~Base() {}
};
struct Other {
    int y = 2;
    virtual ~Other() {}
};
struct Derived : Base, Other {
    int z = 3;
    ~Derived() { printf("~Derived %d\n", z); }
};

static int thrower(int k) {
    static Derived kept;
    Noisy n("thrower");
    switch (k) {
    case 0: throw 42;
    case 1: throw std::string("text");
    case 2: throw std::runtime_error("runtime");
    case 3: throw Derived();
    case 4: throw "C string";
    case 5: throw static_cast<Base *>(&kept);
    default: return k;
    }
}

static int middle(int k) {
    Noisy n("middle");
    try {
        return thrower(k);
    } catch (std::runtime_error &e) {
        printf("middle %s; again\n", e.what());
        throw;
    }
}

static double mixed(double a, float b, long long c) {
    if (c == 3) {
        throw 7LL;
    }
    return a + b + static_cast<double>(c);
}

static long long wide(long long c) {
    if (c < 0) {
        throw c;
    }
    return c << 33;
}

int main(int argc, char **argv) {
    setvbuf(stdout, nullptr, _IOLBF, 0);
    for (int k = 0; k < 7; k++) {
        try {
            printf("none %d\n", middle(k));
        } catch (int i) {
            printf("int %d\n", i);
        } catch (std::string s) {
            printf("string %s\n", s.c_str());
        } catch (std::exception &e) {
            printf("exception %s\n", e.what());
        } catch (Other &o) {
            printf("other %d\n", o.y);
        } catch (Base *b) {
            printf("base pointer %d\n", b->x);
        } catch (...) {
            printf("anything, %d uncaught\n", std::uncaught_exceptions());
            try {
                throw;
            } catch (const char *s) {
                printf("again %s\n", s);
            }
        }
    }
    try {
        try {
            throw 1;
        } catch (int a) {
            try {
                throw 2;
            } catch (int b) {
                printf("inner %d %d\n", a, b);
            }
            throw;
        }
    } catch (int c) {
        printf("outer %d\n", c);
    }
    std::exception_ptr kept;
    try {
        throw std::logic_error("kept");
    } catch (...) {
        kept = std::current_exception();
    }
    try {
        std::rethrow_exception(kept);
    } catch (std::exception &e) {
        printf("later %s\n", e.what());
    }
    kept = nullptr;
    double (*volatile f)(double, float, long long) = mixed;
    long long (*volatile g)(long long) = wide;
    for (int i = 0; i < 4; i++) {
        try {
            printf("%g\n", f(1.5, 2.5f, i));
            printf("%lld\n", g(5 - 3 * i));
        } catch (long long l) {
            printf("long long %lld\n", l);
        }
    }
    if (argc > 1) {
        throw 99;
    }
    int sum = 0;
    for (int i = 0; i < 20000; i++) {
        try {
            if (i % 2 != 0) {
                throw i % 100;
            }
            sum++;
        } catch (int j) {
            sum += j;
        }
    }
    printf("%d\n", sum);
    return argv[0] == nullptr ? 1 : 3;
}
