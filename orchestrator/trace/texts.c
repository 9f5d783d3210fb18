#include "trace/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_SLOTS = 1024, WORD_SIZE = 8 };

void trace_texts_init(struct trace_texts *texts, const char *const *asked)
{
	*texts = (struct trace_texts){ .slot_count = FIRST_SLOTS, .asked = asked };
	texts->slots = mem_alloc_zero(FIRST_SLOTS, sizeof *texts->slots);
}

void trace_texts_release(struct trace_texts *texts)
{
	for (size_t i = 0; i < texts->slot_count; i++)
		free(texts->slots[i]);
	free(texts->slots);
	*texts = (struct trace_texts){ 0 };
}

/* Eight bytes at a time, each multiplied in; the high bits are the good ones. */
static uint64_t hash_of(const unsigned char *at, size_t length)
{
	uint64_t hash = length * UINT64_C(0x9E3779B97F4A7C15), word;
	for (; length >= WORD_SIZE; at += WORD_SIZE, length -= WORD_SIZE) {
		memcpy(&word, at, WORD_SIZE);
		hash = (hash ^ word) * UINT64_C(0xFF51AFD7ED558CCD);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, at, length);
	hash = (hash ^ word) * UINT64_C(0xC4CEB9FE1A85EC53);
	return hash ^ hash >> 32;
}

/* Its slot, or the free one where it belongs. */
static struct trace_kept_text **find(const struct trace_texts *texts, uint64_t hash, const void *bytes, size_t length)
{
	size_t slot = (size_t)hash & (texts->slot_count - 1);
	const struct trace_kept_text *kept;
	while ((kept = texts->slots[slot]) != NULL
	       && (kept->hash != hash || kept->length != length || memcmp(kept->bytes, bytes, length) != 0))
		slot = (slot + 1) & (texts->slot_count - 1);
	return &texts->slots[slot];
}

static void grow(struct trace_texts *texts)
{
	struct trace_kept_text **old = texts->slots;
	size_t count = texts->slot_count;
	texts->slot_count *= 2;
	texts->slots = mem_alloc_zero(texts->slot_count, sizeof *texts->slots);
	for (size_t i = 0; i < count; i++) {
		if (old[i])
			*find(texts, old[i]->hash, old[i]->bytes, old[i]->length) = old[i];
	}
	free(old);
}

bool trace_texts_is_asked(const struct trace_texts *texts, const void *bytes, size_t length)
{
	const char *first = bytes;
	if (!texts->asked)
		return true;
	for (const char *const *text = texts->asked; length && *text; text++) {
		if (**text == *first && strncmp(*text, bytes, length) == 0 && (*text)[length] == '\0')
			return true;
	}
	return false;
}

const struct trace_kept_text *trace_texts_keep(struct trace_texts *texts, const void *bytes, size_t length)
{
	bytes = length ? bytes : "";
	uint64_t hash = hash_of(bytes, length);
	struct trace_kept_text **slot = find(texts, hash, bytes, length);
	size_t size = sizeof **slot + length + 1;
	if (*slot)
		return *slot;
	if (size > TRACE_TEXTS_CEILING - texts->bytes)
		return NULL;
	struct trace_kept_text *kept = mem_alloc_zero(1, size);
	kept->length = length;
	kept->hash = hash;
	kept->is_asked = trace_texts_is_asked(texts, bytes, length);
	memcpy(kept->bytes, bytes, length);
	*slot = kept;
	texts->bytes += size;
	if (2 * ++texts->used > texts->slot_count)
		grow(texts);
	return kept;
}
