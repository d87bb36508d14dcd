/* Replaces Lua's setjmp/longjmp (included before every file of Lua). */
#ifndef LUA_UNWIND_H
#define LUA_UNWIND_H

void lua_unwind_try(void (*f)(void *, void *), void *state, void *arg);
_Noreturn void lua_unwind_throw(void);

#define luai_jmpbuf int
#define LUAI_THROW(L, c) lua_unwind_throw()
#define LUAI_TRY(L, c, a) lua_unwind_try((void (*)(void *, void *))(f), (L), (ud))

#endif
