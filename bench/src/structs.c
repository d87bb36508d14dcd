/* Linked structures: a binary search tree and lists, built, walked, changed and freed. */
#include "bench.h"

struct node {
    struct node *left;
    struct node *right;
    struct node *next;
    uint32_t key;
    uint32_t count;
};

static struct node *pool;
static uint32_t pool_used;

static struct node *insert(struct node *root, uint32_t key)
{
    struct node **at = &root;
    while (*at != NULL && (*at)->key != key) {
        at = key < (*at)->key ? &(*at)->left : &(*at)->right;
    }
    if (*at == NULL) {
        struct node *fresh = &pool[pool_used++];
        fresh->left = fresh->right = fresh->next = NULL;
        fresh->key = key;
        fresh->count = 0;
        *at = fresh;
    }
    (*at)->count++;
    return root;
}

/* Threads the tree into an ordered list, without recursion (Morris). */
static struct node *thread(struct node *root)
{
    struct node *head = NULL;
    struct node **tail = &head;
    while (root != NULL) {
        if (root->left != NULL) {
            struct node *before = root->left;
            while (before->right != NULL && before->right != root) {
                before = before->right;
            }
            if (before->right == NULL) {
                before->right = root;
                root = root->left;
                continue;
            }
            before->right = NULL;
        }
        *tail = root;
        tail = &root->next;
        root = root->right;
    }
    return head;
}

static struct node *reverse(struct node *list)
{
    struct node *result = NULL;
    while (list != NULL) {
        struct node *next = list->next;
        list->next = result;
        result = list;
        list = next;
    }
    return result;
}

int main(int argc, char **argv)
{
    enum { KEYS = 4000 };
    uint32_t seed = 11;
    uint64_t sum = 0;
    pool = malloc(KEYS * sizeof *pool);
    for (uint32_t n = bench_size(argc, argv, 320); n > 0; n--) {
        struct node *root = NULL;
        struct node *list;
        pool_used = 0;
        for (int i = 0; i < KEYS; i++) {
            root = insert(root, bench_random(&seed) % 20000);
        }
        list = thread(root);
        for (int i = 0; i < 20; i++) {
            list = reverse(list);
            for (struct node *p = list; p != NULL; p = p->next) {
                sum = sum * 3 + p->key * p->count;
                p->count ^= 1;
            }
        }
    }
    free(pool);
    return bench_end("structs", sum);
}
