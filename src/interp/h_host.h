/* h_host.h - handlers: calls of the host. Included by fast_loop.c. */

/* A function of the host that there is room for is called from here, in a frame of the handler's. */
H_BEGIN(call_import) {
    struct wick_func *func = H_HEAD->instance->funcs[WK_CELL_U32(pc + 4)];
    struct wick_task *const task_ = H_HEAD->task; /* the memory with its header may move meanwhile */
    uint64_t *at = fp + WK_CALL_DELTA(pc + 20);
    enum wk_fast_back back;
    if (WK_UNLIKELY(func->instance != NULL || at + wk_host_need(func) > H_HEAD->stack_end)) {
        H_SLOW(call_import);
    }
    task_->fuel += H_SLICE_SIGNED;
    H_HEAD->slice = 0;
    back = wk_fast_host(task_, func, at, pc + 20);
    if (WK_UNLIKELY(back != WK_FAST_BACK)) {
        H_BACK_ELSEWHERE(task_, back);
    }
    H_SLICE = WK_SLICE_MOST;
    acc = fp[WK_CALL_DELTA(pc + 20)];
    H_FLOAT_IS(acc);
    H_VECTOR_LOST;
    l0 = fp[WK_CALL_PIN0(pc + 20)];
    l1 = fp[WK_CALL_PIN1(pc + 20)];
    H_NEXT(20);
}
