#include "guest.h"

enum { NODES = 100000, RECENT = 256 };
enum load { IDLE, CHURN, HASH };

#define DIGEST_START 0x811C9DC5u
#define MIX_FACTOR 0x9E3779B1u

struct node {
	struct node *next;
	uint32_t value;
};

struct object {
	uint8_t *bytes;
	size_t size;
};

static struct {
	enum load load;
	struct random random;
	size_t size;                     /* bytes of a step, or of the buffer */
	uint32_t steps, digest, objects, bytes;
	struct node *cursor;
	struct object recent[RECENT];
	uint8_t *buffer;
} guest;

static void mix(uint32_t x)
{
	guest.digest = ((guest.digest << 5 | guest.digest >> 27) ^ x) * MIX_FACTOR;
}

static void put_le32(uint8_t *bytes, size_t room, uint32_t word)
{
	for (size_t i = 0; i < 4 && i < room; i++)
		bytes[i] = (uint8_t)(word >> 8 * i);
}

/* ---- churn ---- */

static struct node *new_node(void)
{
	struct node *node = allocate(sizeof *node);
	node->value = random_next_filling(&guest.random);
	return node;
}

static void begin_churn(void)
{
	struct node *first = new_node(), *last = first;
	for (int i = 1; i < NODES; i++) {
		last->next = new_node();
		last = last->next;
	}
	last->next = first;
	guest.cursor = first;
}

/* Nothing collects here: what is replaced is given back at once. */
static void churn_object(void)
{
	uint32_t draw = random_next(&guest.random), replaced = 0;
	struct object object = { .size = 64 + (draw & 0x3F8) }, *slot = &guest.recent[guest.objects % RECENT];
	object.bytes = allocate(object.size);
	object.bytes[0] = (uint8_t)draw;
	object.bytes[object.size - 1] = (uint8_t)(draw >> 8 | 128);
	if (slot->bytes) {
		replaced = slot->bytes[0];
		deallocate(slot->bytes, slot->size);
	}
	*slot = object;
	mix((uint32_t)object.size ^ guest.cursor->value ^ replaced);
	guest.cursor = guest.cursor->next;
	guest.objects++;
	guest.bytes += (uint32_t)object.size;
}

static void step_churn(void)
{
	for (uint32_t start = guest.bytes; guest.bytes - start < guest.size; )
		churn_object();
}

/* ---- hash ---- */

static void begin_hash(void)
{
	guest.buffer = allocate(guest.size);
	for (size_t i = 0; i < guest.size; i += 4)
		put_le32(guest.buffer + i, guest.size - i, random_next_filling(&guest.random));
}

static void step_hash(void)
{
	uint8_t digest[32];
	put_le32(guest.buffer, guest.size, guest.steps);
	sha256(guest.buffer, guest.size, digest);
	mix((uint32_t)digest[0] | (uint32_t)digest[1] << 8 | (uint32_t)digest[2] << 16 | (uint32_t)digest[3] << 24);
	guest.bytes += (uint32_t)guest.size;
}

/* ---- what the harness calls ---- */

EXPORT("init") void init(int32_t load, uint32_t w0, uint32_t w1, uint32_t w2, uint32_t w3, uint32_t size)
{
	__builtin_memset(&guest, 0, sizeof guest);
	deallocate_all();
	guest.load = (enum load)load;
	guest.random = (struct random){ { w0, w1, w2, w3 } };
	guest.size = size;
	guest.digest = DIGEST_START;
	if (load == CHURN)
		begin_churn();
	if (load == HASH)
		begin_hash();
}

EXPORT("step") void step(void)
{
	if (guest.load == CHURN)
		step_churn();
	if (guest.load == HASH)
		step_hash();
	guest.steps++;
}

EXPORT("answer") int32_t answer(int32_t index) { return index; }

EXPORT("result_steps") uint32_t result_steps(void) { return guest.steps; }
EXPORT("result_digest") uint32_t result_digest(void) { return guest.digest; }
EXPORT("result_objects") uint32_t result_objects(void) { return guest.objects; }
EXPORT("result_bytes") uint32_t result_bytes(void) { return guest.bytes; }
EXPORT("result_heap_bytes") uint32_t result_heap_bytes(void) { return __builtin_wasm_memory_size(0) * 65536; }
