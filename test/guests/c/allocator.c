#include "guest.h"

enum { PAGE = 65536, GRAIN = 8, CLASSES = 256 };

/* A free block holds the address of the next free one of its size. */
struct free_block { struct free_block *next; };

extern uint8_t __heap_base; /* by the linker: behind stack and data */

static struct free_block *free_blocks[CLASSES]; /* by size in grains; larger blocks are never used again */
static uintptr_t top;

static void *from_top(size_t size)
{
	if (!top)
		top = ((uintptr_t)&__heap_base + GRAIN - 1) & ~(uintptr_t)(GRAIN - 1);
	uintptr_t end = top + size, room = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
	if (end > room && __builtin_wasm_memory_grow(0, (end - room + PAGE - 1) / PAGE) == (size_t)-1)
		__builtin_trap();
	void *block = (void *)top;
	top = end;
	return block;
}

void *allocate(size_t size)
{
	size_t grains = (size + GRAIN - 1) / GRAIN;
	struct free_block *block = grains < CLASSES ? free_blocks[grains] : NULL;
	if (block)
		free_blocks[grains] = block->next;
	else
		block = from_top(grains * GRAIN);
	__builtin_memset(block, 0, grains * GRAIN);
	return block;
}

void deallocate(void *block, size_t size)
{
	size_t grains = (size + GRAIN - 1) / GRAIN;
	struct free_block *freed = block;
	if (grains >= CLASSES)
		return;
	freed->next = free_blocks[grains];
	free_blocks[grains] = freed;
}

void deallocate_all(void)
{
	__builtin_memset(free_blocks, 0, sizeof free_blocks);
	top = 0;
}
